package dev.myriad.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A transport under test with the test application behind it. */
public final class TestServer implements AutoCloseable {
    private static final AtomicInteger NEXT_ID = new AtomicInteger();

    /** Both ends of one connection. */
    record Pair(TestClient client, TestApplication.Peer peer) {
        Connection connection() {
            return peer.connection();
        }

        /** Waits until its shard has done what was asked for so far. */
        void awaitServed() {
            CompletableFuture<Boolean> served = new CompletableFuture<>();
            connection().execute(() -> served.complete(true));
            served.orTimeout(20, TimeUnit.SECONDS).join();
        }
    }

    final TestApplication application = new TestApplication();
    final Transport transport;
    private final Fixture fixture;

    TestServer(Fixture fixture, Limits limits) {
        this(fixture, new NetConfig("127.0.0.1", 0, Fixture.SHARDS, limits));
    }

    TestServer(Fixture fixture, NetConfig config) {
        this.fixture = fixture;
        transport = fixture.start(config, application);
    }

    InetSocketAddress address() {
        return transport.address();
    }

    /** A client that is connected and silent. */
    TestClient connect() {
        return connect(0);
    }

    /**
     * A client that is connected and silent.
     *
     * @param receiveBytes what it takes about before it reads
     */
    TestClient connect(int receiveBytes) {
        return new TestClient(fixture.connect(transport, receiveBytes));
    }

    /** A client of the echo. */
    TestClient echo() {
        TestClient client = connect();
        client.upgrade("/echo");
        return client;
    }

    /** A client whose other end the test holds. */
    Pair pair() {
        return pair(connect());
    }

    Pair pair(TestClient client) {
        String id = "p" + NEXT_ID.incrementAndGet();
        client.upgrade("/peer?id=" + id);
        return new Pair(client, application.peer(id));
    }

    List<Pair> pairs(int count) {
        List<Pair> pairs = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            pairs.add(pair());
        }
        return pairs;
    }

    /** Waits until the server has no connection left. */
    void awaitNobody() {
        await().untilAsserted(() -> assertThat(transport.stats().open()).isZero());
    }

    /** Proves that the server still serves. */
    void assertServes() {
        try (TestClient client = echo()) {
            client.text("alive");
            assertThat(client.nextText()).isEqualTo("alive");
        }
    }

    @Override
    public void close() {
        transport.close(50);
        assertThat(transport.stats().open()).isZero();
    }
}
