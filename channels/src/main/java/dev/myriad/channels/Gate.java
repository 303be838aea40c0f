package dev.myriad.channels;

import dev.myriad.net.Application;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import dev.myriad.net.Upgrade;
import dev.myriad.protocol.RequestHead;
import dev.myriad.protocol.Serializer;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Lets clients in: finds the socket by path and the serializer by {@code vsn}, and asks the user's
 * {@link Connect}. Thread-safe.
 */
final class Gate implements Application {
    private static final System.Logger LOG = System.getLogger(Endpoint.class.getName());
    private static final String SUBPROTOCOL = "phoenix";

    private final Map<String, Mount> mounts;
    private final Function<HttpQuestion, HttpAnswer> http;

    /**
     * @param mounts by the path of the upgrade request
     */
    Gate(Map<String, Mount> mounts, Function<HttpQuestion, HttpAnswer> http) {
        this.mounts = Map.copyOf(mounts);
        this.http = http;
    }

    @Override
    public void upgrade(RequestHead request, Upgrade upgrade) {
        Mount mount = mounts.get(request.path());
        if (mount == null) {
            upgrade.refuse(404, "no socket at this path");
            return;
        }
        Serializer serializer =
                Serializer.forVersion(request.query("vsn").orElse(null)).orElse(null);
        if (serializer == null) {
            upgrade.refuse(403, "no serializer for this vsn");
            return;
        }
        if (mount.connect().isEmpty()) {
            accept(request, upgrade, new SocketHandler(mount, serializer, Map.of()));
            return;
        }
        Connect connect = mount.connect().get();
        Thread.startVirtualThread(
                () -> {
                    switch (ask(connect, request, upgrade)) {
                        case ConnectResult.Ok accepted ->
                                accept(
                                        request,
                                        upgrade,
                                        SocketHandler.of(mount, serializer, accepted));
                        case ConnectResult.Refused(String reason) -> upgrade.refuse(403, reason);
                    }
                });
    }

    private static ConnectResult ask(Connect connect, RequestHead request, Upgrade upgrade) {
        try {
            return Objects.requireNonNull(
                    connect.connect(
                            request.queryParameters(), new ConnectInfo(request, upgrade.peer())));
        } catch (Throwable crash) {
            LOG.log(Level.ERROR, "connect crashed for " + request.path(), crash);
            upgrade.refuse(500, "internal error"); // the first answer counts
            return ConnectResult.refused("internal error");
        }
    }

    private static void accept(RequestHead request, Upgrade upgrade, SocketHandler handler) {
        boolean offered =
                request.headers("sec-websocket-protocol").stream()
                        .flatMap(header -> Stream.of(header.split(",", -1)))
                        .anyMatch(name -> name.strip().equals(SUBPROTOCOL));
        upgrade.accept(handler, offered ? Optional.of(SUBPROTOCOL) : Optional.empty());
    }

    @Override
    public HttpAnswer http(HttpQuestion question) {
        return http.apply(question);
    }
}
