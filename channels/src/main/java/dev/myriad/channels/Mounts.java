package dev.myriad.channels;

import dev.myriad.longpoll.LongPollRoute;
import dev.myriad.protocol.RequestHead;
import java.util.Collection;
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
    private final boolean anyPolls;

    Mounts(Collection<Mount> mounts) {
        for (Mount mount : mounts) {
            if (!mount.front().path().hasParameters()) {
                mount.front().paths().forEach(path -> fixed.put(path, mount));
            }
        }
        patterns = mounts.stream().filter(mount -> mount.front().path().hasParameters()).toList();
        anyPolls = mounts.stream().anyMatch(mount -> mount.front().longPoll().isPresent());
    }

    /** The socket to which a request goes, be it an upgrade or that of a client that polls. */
    Optional<Mount> find(RequestHead request) {
        Mount known = fixed.get(request.path());
        return known != null
                ? Optional.of(known)
                : patterns.stream()
                        .filter(mount -> mount.front().matches(request.target()))
                        .findFirst();
    }

    /** Where a request goes if it is one of a client that polls. */
    Optional<LongPollRoute> longPoll(RequestHead request) {
        return find(request)
                .map(Mount::front)
                .filter(front -> front.polls(request.target()))
                .flatMap(Front::longPollRoute);
    }

    /** Whether clients may poll anywhere. */
    boolean anyPolls() {
        return anyPolls;
    }
}
