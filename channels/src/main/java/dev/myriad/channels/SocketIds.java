package dev.myriad.channels;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The connections that have an id, by that id, of all sockets of an endpoint. Those of one id are a
 * list linked through the connections themselves, so that one more or less takes the same time
 * whatever their number. Thread-safe: a list changes and is read only within its entry.
 */
final class SocketIds {
    private final ConcurrentHashMap<String, IdentifiedSocket> newest = new ConcurrentHashMap<>();

    void add(String id, IdentifiedSocket socket) {
        newest.compute(
                id,
                (_, present) -> {
                    socket.next = present;
                    if (present != null) {
                        present.previous = socket;
                    }
                    return socket;
                });
    }

    void remove(String id, IdentifiedSocket socket) {
        newest.computeIfPresent(
                id,
                (_, present) -> {
                    IdentifiedSocket after = socket.next;
                    IdentifiedSocket before = socket.previous;
                    socket.next = null;
                    socket.previous = null;
                    if (after != null) {
                        after.previous = before;
                    }
                    if (before == null) {
                        return after;
                    }
                    before.next = after;
                    return present;
                });
    }

    /** Starts the end of all connections of an id. */
    void disconnect(String id) {
        all(id).forEach(IdentifiedSocket::disconnect);
    }

    /** The connections of an id, the newest first. */
    List<IdentifiedSocket> all(String id) {
        List<IdentifiedSocket> all = new ArrayList<>();
        newest.computeIfPresent(
                id,
                (_, present) -> {
                    for (IdentifiedSocket each = present; each != null; each = each.next) {
                        all.add(each);
                    }
                    return present;
                });
        return all;
    }

    /** Ids that have connections now. */
    int size() {
        return newest.size();
    }
}
