package dev.myriad.channels;

import dev.myriad.protocol.RequestHead;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The sockets of an endpoint by path: a fixed path goes before one with parameters, of those the
 * first declared. Immutable, so thread-safe.
 */
final class Mounts {
    private final Map<String, Mount> fixed = new LinkedHashMap<>();
    private final List<Mount> patterns;

    Mounts(Map<String, Mount> mounts) {
        mounts.forEach(
                (path, mount) -> {
                    if (!mount.front().path().hasParameters()) {
                        fixed.put(path, mount);
                    }
                });
        patterns =
                mounts.values().stream()
                        .filter(mount -> mount.front().path().hasParameters())
                        .toList();
    }

    Optional<Mount> find(RequestHead request) {
        Mount known = fixed.get(request.path());
        return known != null
                ? Optional.of(known)
                : patterns.stream()
                        .filter(
                                mount ->
                                        mount.front().path().matches(request.target(), "websocket"))
                        .findFirst();
    }
}
