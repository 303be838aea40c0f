package dev.myriad.testkit;

import dev.myriad.channels.Channel;
import dev.myriad.channels.Endpoint;
import dev.myriad.channels.SocketRoutes;
import dev.myriad.net.Application;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.NetConfig;
import dev.myriad.net.memory.MemoryClient;
import dev.myriad.net.memory.MemoryTransport;
import dev.myriad.protocol.Payload;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Channels under test: an endpoint without a network, and clients that say what they expect.
 *
 * <pre>{@code
 * try (ChannelTest test = ChannelTest.of("room:*", ChatRoom::new)) {
 *     TestChannel room = test.join("room:lobby", Map.of("name", "Ada"));
 *     room.push("say", Map.of("text", "hello")).assertReply("ok");
 *     room.assertBroadcast("said", Map.of("text", "hello"));
 * }
 * }</pre>
 *
 * <p>All that the clients send and receive is the wire format of a real connection, version 2.0.0.
 * A payload is a {@link Payload} or what Jackson writes as a JSON object, such as a record or a
 * map; payloads are equal if they are the same JSON, in whatever order their members come.
 *
 * <p>An assertion waits for five seconds, a refutation for a tenth, or what {@link #patience} says.
 * What fails throws an {@link AssertionError} that lists what came instead.
 *
 * <p>Confined to the test's thread, with its clients; the channels run on threads of their own.
 */
public final class ChannelTest implements AutoCloseable {
    private static final String PATH = "/socket";

    private final Endpoint endpoint;
    private final MemoryTransport transport;
    private final TestClock clock;
    private final Optional<String> path;
    private Patience patience = new Patience(Duration.ofSeconds(5), Duration.ofMillis(100));

    private ChannelTest(Endpoint.Builder builder, Optional<String> path) {
        CompletableFuture<MemoryTransport> started = new CompletableFuture<>();
        this.clock = new TestClock(() -> started.join().awaitServed());
        this.endpoint =
                builder.clock(clock)
                        .transport((config, application) -> start(config, application, started))
                        .start();
        this.transport = started.join(); // the endpoint's own may be around it, for long polling
        this.path = path;
    }

    /** Two shards, whatever the machine has: so clients meet others of their shard, and not. */
    private static MemoryTransport start(
            NetConfig config, Application application, CompletableFuture<MemoryTransport> started) {
        NetConfig two = new NetConfig("localhost", 0, 2, config.limits(), config.trustedProxies());
        MemoryTransport memory = MemoryTransport.start(two, application);
        started.complete(memory);
        return memory;
    }

    /**
     * Tests one kind of channel.
     *
     * @param pattern a topic, or a prefix and {@code *}
     * @param factory makes a new channel for each join, {@code ChatRoom::new}
     */
    public static ChannelTest of(String pattern, Supplier<? extends Channel> factory) {
        return of(socket -> socket.channel(pattern, factory));
    }

    /** Tests a socket: its channels, and who may connect. */
    public static ChannelTest of(Consumer<SocketRoutes> socket) {
        return of(Endpoint.builder().socket(PATH, socket), PATH);
    }

    /**
     * Tests an endpoint of your own, with its limits, routes and hooks; {@link #clock} takes the
     * place of its clock, and there is no port.
     *
     * @param path of the socket that clients connect to unless {@link #client(String)} names
     *     another, without {@code /websocket}; if it has parameters then with values in their
     *     place, {@code /users/42}
     */
    public static ChannelTest of(Endpoint.Builder endpoint, String path) {
        return new ChannelTest(endpoint, Optional.of(path));
    }

    /**
     * Tests an endpoint of your own whose clients all say where they connect, {@link
     * #client(String)}.
     */
    public static ChannelTest of(Endpoint.Builder endpoint) {
        return new ChannelTest(endpoint, Optional.empty());
    }

    /**
     * Waits otherwise, from here on and for clients that connect later.
     *
     * @param assertion how long something may take to come
     * @param refutation how long nothing must come
     */
    public ChannelTest patience(Duration assertion, Duration refutation) {
        patience = new Patience(assertion, refutation);
        return this;
    }

    /**
     * A client that has not connected yet, for those that do with more than params: a token,
     * headers, an address.
     */
    public TestClient client() {
        return new TestClient(this, path);
    }

    /**
     * A client of another socket that has not connected yet.
     *
     * @param path of the socket, without {@code /websocket}
     */
    public TestClient client(String path) {
        return new TestClient(this, Optional.of(path));
    }

    /** A new client, connected. */
    public TestSocket connect() {
        return client().connect();
    }

    /**
     * A new client, connected.
     *
     * @param params what {@link dev.myriad.channels.Connect} gets
     */
    public TestSocket connect(Map<String, String> params) {
        return client().params(params).connect();
    }

    /** Connecting is refused with an HTTP status: 403, or 500 if the socket's connect threw. */
    public void assertConnectRefused(Map<String, String> params, int status) {
        client().params(params).assertConnectRefused(status);
    }

    /** A new client that has connected and joined. */
    public TestChannel join(String topic) {
        return join(topic, Payload.EMPTY);
    }

    /** A new client that has connected and joined with the params. */
    public TestChannel join(String topic, Object params) {
        return connect().join(topic, params);
    }

    /** A new client may not join; the reason that it hears is returned. */
    public Payload assertJoinRefused(String topic) {
        return assertJoinRefused(topic, Payload.EMPTY);
    }

    /** A new client may not join with the params; the reason that it hears is returned. */
    public Payload assertJoinRefused(String topic, Object params) {
        return connect().assertJoinRefused(topic, params);
    }

    /**
     * Sends an HTTP request, and waits for the answer of the endpoint's {@code http}. One with
     * headers is a {@link #client}'s.
     *
     * @param target path and query
     */
    public HttpAnswer http(String method, String target) {
        return client().http(method, target);
    }

    /**
     * Sends an HTTP request with a body, and waits for the answer.
     *
     * @param body bytes, or what Jackson writes as JSON
     */
    public HttpAnswer http(String method, String target, Object body) {
        return client().http(method, target, body);
    }

    /**
     * The endpoint's clock, to let time pass: connections expire by it, rates are counted by it.
     */
    public TestClock clock() {
        return clock;
    }

    /**
     * Holds broadcasts back until {@link #releaseBroadcasts}, while replies, pushes and joins go
     * on. So they overtake what was broadcast before them, as they may in a large room. What a
     * channel broadcasts reaches its own client all the same, in order with its replies.
     */
    public void holdBroadcasts() {
        transport.holdGroups();
    }

    /** Lets the broadcasts go, in their order. */
    public void releaseBroadcasts() {
        transport.releaseGroups();
    }

    /** The endpoint itself, to broadcast and to look at counters. */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** Closes every connection; the channels hear so. */
    @Override
    public void close() {
        endpoint.close();
    }

    TestSocket connect(TestClient client) {
        Asked asked = ask(client);
        if (asked.link().isEmpty()) {
            throw new AssertionError(
                    "expected to connect with " + client + ", but got HTTP " + asked.status());
        }
        return new TestSocket(asked.link().get(), patience);
    }

    void assertConnectRefused(TestClient client, int status) {
        Asked asked = ask(client);
        if (asked.link().isPresent() || asked.status() != status) {
            throw new AssertionError(
                    "expected that connecting with %s is refused with HTTP %d, but got HTTP %d"
                            .formatted(client, status, asked.status()));
        }
    }

    HttpAnswer ask(TestClient client, String method, String target, String headers, byte[] body) {
        return PollingLink.ask(transport, client.peer(), method, target, headers, body);
    }

    /** What a client that asks to connect hears: the HTTP status, and it has a link or not. */
    private record Asked(int status, Optional<Link> link) {}

    private Asked ask(TestClient client) {
        String socket =
                client.path()
                        .orElseThrow(
                                () ->
                                        new IllegalStateException(
                                                "which socket? client(path) says it"));
        if (client.polls()) {
            PollingLink.Opened opened =
                    PollingLink.open(
                            transport,
                            socket + "/longpoll" + client.query(),
                            client.connectHeaderLines(),
                            client.peer());
            return new Asked(opened.status(), opened.link().map(link -> link));
        }
        MemoryClient asked =
                transport.connect(
                        socket + "/websocket" + client.query(),
                        client.connectHeaderLines(),
                        client.peer());
        boolean connected = asked.status() == 101;
        return new Asked(
                asked.status(), connected ? Optional.of(Link.of(asked)) : Optional.empty());
    }
}
