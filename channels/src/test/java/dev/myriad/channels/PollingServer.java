package dev.myriad.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.myriad.net.Limits;
import dev.myriad.net.NetException;
import dev.myriad.net.Transports;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** An endpoint for clients that poll, and those clients. Confined to the test's thread. */
final class PollingServer implements AutoCloseable {
    static final String ROOM = "room:lobby";
    static final Duration WINDOW = Duration.ofSeconds(5);

    final Lab.Bench bench = new Lab.Bench();
    private final Transports.Kind kind;
    private Optional<Endpoint> started = Optional.empty();

    PollingServer(Transports.Kind kind) {
        this.kind = kind;
    }

    Endpoint serve() {
        return serve(WINDOW);
    }

    Endpoint serve(Duration window) {
        return serve(window, endpoint -> endpoint);
    }

    Endpoint serve(Limits limits) {
        return serve(WINDOW, endpoint -> endpoint.limits(limits));
    }

    /** Serves {@code /socket}, and others that differ in one thing. */
    Endpoint serve(Duration window, UnaryOperator<Endpoint.Builder> settings) {
        try {
            Endpoint endpoint =
                    settings.apply(Endpoint.builder().transport(kind).shards(2))
                            .socket(
                                    "/socket",
                                    socket ->
                                            channels(socket).longPoll(poll -> poll.window(window)))
                            .socket(
                                    "/other",
                                    socket ->
                                            channels(socket).longPoll(poll -> poll.window(window)))
                            .socket("/without", this::channels)
                            .socket(
                                    "/users/:user",
                                    socket -> guarded(socket).longPoll(poll -> poll.window(window)))
                            .socket(
                                    "/guarded",
                                    socket -> guarded(socket).longPoll(poll -> poll.window(window)))
                            .start();
            started = Optional.of(endpoint);
            return endpoint;
        } catch (NetException e) {
            assumeTrue(kind != Transports.Kind.URING, String.valueOf(e.getMessage()));
            throw e;
        }
    }

    private SocketRoutes channels(SocketRoutes socket) {
        return socket.channel("room:*", () -> new Lab(bench)).channel("news", () -> new Lab(bench));
    }

    private SocketRoutes guarded(SocketRoutes socket) {
        return channels(socket).connect(PollingServer::guard);
    }

    private static ConnectResult guard(Map<String, String> params, ConnectInfo info)
            throws InterruptedException {
        String user = info.authToken().orElse(params.getOrDefault("user", ""));
        return switch (user) {
            case "" -> ConnectResult.refused("who are you?");
            case "crash" -> throw new IllegalStateException("planted");
            case "slow" -> {
                Thread.sleep(3_500); // several windows
                yield ConnectResult.ok();
            }
            default ->
                    ConnectResult.ok(
                                    Map.of(
                                            "user",
                                            user,
                                            "target",
                                            info.request().target(),
                                            "peer",
                                            info.peer().getAddress().getHostAddress()))
                            .id("users:" + user);
        };
    }

    Endpoint endpoint() {
        return started.orElseThrow();
    }

    String url(String scheme, String path) {
        return scheme + "://127.0.0.1:" + endpoint().address().getPort() + path;
    }

    Poller client(String path, Wire wire, Poller.Place place) {
        return new Poller(url("http", path + "/longpoll?vsn=" + wire.vsn), wire, place);
    }

    Poller client() {
        return client("/socket", Wire.V2, Poller.Place.HEADER);
    }

    /** One that says who it is, to the socket that asks. */
    Poller guarded(String user) {
        String target = "/guarded/longpoll?vsn=2.0.0&user=" + user;
        return new Poller(url("http", target), Wire.V2, Poller.Place.HEADER);
    }

    Poller joined(String topic) throws Exception {
        Poller client = client().open();
        client.join("1", topic);
        return client;
    }

    TextSocket webSocket() throws Exception {
        TextSocket socket = new TextSocket(url("ws", "/socket/websocket?vsn=2.0.0"));
        socket.send(Wire.V2.message("1", "1", ROOM, "phx_join", "{}"));
        assertThat(socket.next()).isEqualTo(Wire.V2.reply("1", "1", ROOM, "ok", "{}"));
        return socket;
    }

    void awaitNobody() {
        await().until(() -> endpoint().stats().longPoll().open() == 0);
        await().until(() -> endpoint().stats().channels() == 0);
        await().until(() -> endpoint().stats().topics() == 0);
    }

    @Override
    public void close() {
        bench.gate.release(1_000_000);
        started.ifPresent(Endpoint::close);
    }
}
