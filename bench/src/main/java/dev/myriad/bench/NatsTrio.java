package dev.myriad.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;

/**
 * Three servers of NATS that are one, by routes that can be cut, and keep a log together. Confined
 * to one thread.
 */
final class NatsTrio implements AutoCloseable {
    private static final int COUNT = 3;
    private static final int ROUTE_FIRST = 14_422;

    private final List<NatsHere> servers = new ArrayList<>();

    /** By who goes it, and where to. */
    private final Map<List<Integer>, Route> routes = new HashMap<>();

    NatsTrio() {
        List<Integer> entries = new ArrayList<>();
        int port = ROUTE_FIRST;
        for (int i = 0; i < COUNT; i++) {
            entries.add(NatsHere.freePort(port));
            port = entries.getLast() + 1;
        }
        for (int from = 0; from < COUNT; from++) {
            StringJoiner ways = new StringJoiner(",");
            for (int to = 0; to < COUNT; to++) {
                if (from != to) {
                    int way = NatsHere.freePort(port);
                    port = way + 1;
                    routes.put(List.of(from, to), new Route(way, entries.get(to)));
                    ways.add("nats://127.0.0.1:" + way);
                }
            }
            int first = servers.isEmpty() ? NatsHere.PORT_FIRST : servers.getLast().port() + 1;
            servers.add(
                    NatsHere.routed(
                            NatsHere.freePort(first),
                            entries.get(from),
                            "s" + from,
                            ways.toString()));
        }
    }

    List<NatsHere> servers() {
        return servers;
    }

    String urls() {
        StringJoiner urls = new StringJoiner(",");
        servers.forEach(server -> urls.add(server.url()));
        return urls.toString();
    }

    /** One server and the one after it do not hear each other any more; the third hears both. */
    void cut(int which) {
        between(which).forEach(Route::cut);
    }

    void mend(int which) {
        between(which).forEach(Route::mend);
    }

    private List<Route> between(int which) {
        int next = (which + 1) % COUNT;
        return List.of(route(which, next), route(next, which));
    }

    private Route route(int from, int to) {
        return Objects.requireNonNull(routes.get(List.of(from, to)));
    }

    @Override
    public void close() {
        servers.forEach(NatsHere::close);
        routes.values().forEach(Route::close);
    }
}
