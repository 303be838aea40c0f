package dev.myriad.channels;

import dev.myriad.longpoll.LongPollRoute;
import dev.myriad.protocol.RequestHead;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The sockets of an endpoint by path, of which empty segments do not count: a fixed path goes
 * before one with parameters, of those the first declared. Immutable, so thread-safe.
 */
final class Mounts {
    private final List<Mount> all;

    /** The fixed ones as clients usually write them. */
    private final Map<String, Mount> fixed = new LinkedHashMap<>();

    /** The fixed ones first. */
    private final List<Mount> inOrder;

    private final boolean anyPolls;

    Mounts(List<Mount> mounts) {
        all = mounts;
        for (Mount mount : mounts) {
            if (!mount.front().path().hasParameters()) {
                mount.front().paths().forEach(path -> fixed.put(path, mount));
            }
        }
        inOrder =
                mounts.stream()
                        .sorted(Comparator.comparing(mount -> mount.front().path().hasParameters()))
                        .toList();
        anyPolls = mounts.stream().anyMatch(mount -> mount.front().longPoll().isPresent());
    }

    List<Mount> all() {
        return all;
    }

    /** The socket to which a request goes, be it an upgrade or that of a client that polls. */
    Optional<Mount> find(RequestHead request) {
        String target = request.target();
        int question = target.indexOf('?');
        Mount known = fixed.get(question < 0 ? target : target.substring(0, question));
        return known != null
                ? Optional.of(known)
                : inOrder.stream().filter(mount -> mount.front().matches(target)).findFirst();
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

    /** Where the sockets are. */
    @Override
    public String toString() {
        return all.stream()
                .flatMap(mount -> mount.front().paths().stream())
                .collect(Collectors.joining(", "));
    }
}
