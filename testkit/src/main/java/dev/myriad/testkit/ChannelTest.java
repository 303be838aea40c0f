package dev.myriad.testkit;

import dev.myriad.channels.Channel;
import dev.myriad.channels.Endpoint;
import dev.myriad.channels.SocketRoutes;
import dev.myriad.net.memory.MemoryClient;
import dev.myriad.net.memory.MemoryTransport;
import dev.myriad.protocol.Payload;
import java.time.Duration;
import java.util.Map;
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
    private final String path;
    private Patience patience = new Patience(Duration.ofSeconds(5), Duration.ofMillis(100));

    private ChannelTest(Endpoint.Builder builder, String path) {
        CompletableFuture<MemoryTransport> started = new CompletableFuture<>();
        this.endpoint =
                builder.transport(
                                application -> {
                                    MemoryTransport memory = MemoryTransport.start(2, application);
                                    started.complete(memory);
                                    return memory;
                                })
                        .start();
        this.transport = started.join(); // the endpoint's own may be around it, for long polling
        this.path = path;
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
     * Tests one socket of an endpoint of your own, with its {@linkplain
     * dev.myriad.net.Limit#ofChannels limits of channels}; its other limits need a network.
     *
     * @param path of the socket, without {@code /websocket}; if it has parameters then with values
     *     in their place, {@code /users/42}
     */
    public static ChannelTest of(Endpoint.Builder endpoint, String path) {
        return new ChannelTest(endpoint, path);
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
        return new TestClient(this);
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
        MemoryClient asked = ask(client);
        if (asked.status() != 101) {
            throw new AssertionError(
                    "expected to connect with " + client + ", but got HTTP " + asked.status());
        }
        return new TestSocket(asked, patience);
    }

    void assertConnectRefused(TestClient client, int status) {
        MemoryClient asked = ask(client);
        if (asked.status() != status) {
            throw new AssertionError(
                    "expected that connecting with %s is refused with HTTP %d, but got HTTP %d"
                            .formatted(client, status, asked.status()));
        }
    }

    private MemoryClient ask(TestClient client) {
        return transport.connect(
                path + "/websocket" + client.query(), client.headerLines(), client.peer());
    }
}
