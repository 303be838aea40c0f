package dev.myriad.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.myriad.bench.HostileFrames;
import dev.myriad.channels.Endpoint;
import dev.myriad.log.Log;
import dev.myriad.net.Drain;
import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import dev.myriad.net.NetException;
import dev.myriad.net.NetStats;
import dev.myriad.net.Transports;
import dev.myriad.protocol.FrameEncoder;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Clients that mean harm, against a real endpoint on each transport. Each attack gets the refusals
 * that the documentation promises; when it is over nothing of it is left, nothing was logged as a
 * fault, and a neighbour has got every answer meanwhile.
 *
 * <p>{@code -Dmyriad.hostile.seed=…} repeats the random sequences, {@code
 * -Dmyriad.hostile.sequences=…} sets their number.
 */
@Timeout(120)
class HostileClientsTest {
    private static final long SEED = Long.getLong("myriad.hostile.seed", System.nanoTime());
    private static final int SEQUENCES = Integer.getInteger("myriad.hostile.sequences", 10_000);
    private static final int ATTACKERS = 4;

    /** What may remain of an attack when it is over; the test's own heap moves as well. */
    private static final long HEAP_BYTES_MAX = 24 << 20;

    /** Machines of continuous integration are noisy: this is for starvation, not for speed. */
    private static final Duration NEIGHBOUR_P99_MAX = Duration.ofSeconds(2);

    private static final Limits LIMITS =
            Limits.DEFAULT
                    .with(Limit.CONNECTIONS_MAX, 4_000)
                    .with(Limit.OUTBOUND_BYTES_MAX, 256 << 10)
                    .with(Limit.HANDSHAKE_MILLIS, 2_500)
                    .with(Limit.CLOSE_MILLIS, 500);

    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final Handler keeper =
            new Handler() {
                @Override
                public void publish(LogRecord entry) {
                    if (entry.getThrown() != null
                            || entry.getLevel().intValue() >= Level.SEVERE.intValue()) {
                        faults.add(entry.getMessage() + ": " + entry.getThrown());
                    }
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            };

    @BeforeEach
    void listen() {
        Logger.getLogger("").addHandler(keeper);
    }

    @AfterEach
    void stopListening() {
        Logger.getLogger("").removeHandler(keeper);
    }

    /** What is done to an endpoint; its clients are gone when it returns. */
    @FunctionalInterface
    private interface Attack {
        void run(Endpoint endpoint) throws Exception;
    }

    private static Endpoint serve(Transports.Kind kind, Limits limits) {
        try {
            return Endpoint.builder()
                    .shards(2)
                    .transport(kind)
                    .limits(limits)
                    .drain(Drain.atOnce(200))
                    .socket("/socket", socket -> socket.channel("room:*", EchoRoom::new))
                    .start();
        } catch (NetException e) {
            return abort(e.toString());
        }
    }

    private void attack(String name, Transports.Kind kind, Limits limits, Attack attack)
            throws Exception {
        try (Endpoint endpoint = serve(kind, limits);
                Neighbour neighbour = new Neighbour(endpoint.address())) {
            await().until(() -> neighbour.answered() > 20);
            long heapBefore = heapBytes();
            long start = System.nanoTime();
            attack.run(endpoint);
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(
                            () -> {
                                assertThat(endpoint.transport().stats().open()).isEqualTo(1);
                                assertThat(endpoint.stats().channels()).isEqualTo(1);
                                assertThat(endpoint.stats().topics()).isEqualTo(1);
                            });
            int answered = neighbour.answered();
            await().until(() -> neighbour.answered() > answered + 20);
            Duration p99 = neighbour.leave();
            long grown = heapBytes() - heapBefore;
            System.out.printf(
                    "HostileClientsTest: %s on %s took %d ms; the neighbour's p99 %d us of %d;"
                            + " heap %+d kB%n",
                    name,
                    kind,
                    took.toMillis(),
                    p99.toNanos() / 1_000,
                    neighbour.answered(),
                    grown >> 10);
            assertThat(p99).isLessThan(NEIGHBOUR_P99_MAX);
            assertThat(grown).as("heap left behind").isLessThan(HEAP_BYTES_MAX);
            assertThat(endpoint.stats().crashes()).isZero();
            assertThat(Log.flush(Duration.ofSeconds(20))).isTrue();
            assertThat(faults).isEmpty();
        }
    }

    private static long heapBytes() {
        for (int i = 0; i < 2; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static long excesses(Endpoint endpoint, String limit) {
        return endpoint.stats()
                .limits()
                .getOrDefault(
                        limit, endpoint.transport().stats().limits().getOrDefault(limit, -1L));
    }

    private static String message(int ref, String topic, String event, String payload) {
        return "[\"1\",\"%d\",\"%s\",\"%s\",%s]".formatted(ref, topic, event, payload);
    }

    private static void synchronize(RawClient client) {
        client.text("[null,\"sync\",\"phoenix\",\"heartbeat\",{}]");
        String next = client.next();
        while (!next.startsWith("[null,\"sync\"")) {
            assertThat(next).startsWith("[");
            next = client.next();
        }
    }

    @ParameterizedTest
    @EnumSource(value = Transports.Kind.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void randomSequencesOfValidAndInvalidFrames(Transports.Kind kind) throws Exception {
        System.out.println("HostileClientsTest: -Dmyriad.hostile.seed=" + SEED);
        attack(
                SEQUENCES + " sequences",
                kind,
                LIMITS,
                endpoint -> {
                    AtomicLong next = new AtomicLong(SEED);
                    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
                    List<Thread> attackers = new ArrayList<>();
                    for (int i = 0; i < ATTACKERS; i++) {
                        attackers.add(
                                Thread.ofPlatform()
                                        .start(() -> play(endpoint.address(), next, failures)));
                    }
                    for (Thread attacker : attackers) {
                        attacker.join();
                    }
                    assertThat(failures).isEmpty();
                });
    }

    private static void play(
            InetSocketAddress address, AtomicLong next, Queue<Throwable> failures) {
        long seed;
        while (failures.isEmpty() && (seed = next.getAndIncrement()) - SEED < SEQUENCES) {
            try {
                HostileSequence.of(seed).play(address);
            } catch (Throwable e) {
                failures.add(new AssertionError("seed " + seed, e));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = Transports.Kind.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void aHundredThousandTopics(Transports.Kind kind) throws Exception {
        int batch = 1_000;
        int topics = 100_000;
        attack(
                "100,000 topics",
                kind,
                LIMITS.with(Limit.CONNECTION_JOINS_PER_SECOND_MAX, 0)
                        .with(Limit.CONNECTION_EVENTS_PER_SECOND_MAX, 0),
                endpoint -> {
                    int joined = 0;
                    try (RawClient client = RawClient.open(endpoint.address())) {
                        for (int at = 0; at < topics; at += batch) {
                            ByteArrayOutputStream joins = new ByteArrayOutputStream();
                            for (int i = at; i < at + batch; i++) {
                                String join = message(i, "room:" + i, "phx_join", "{}");
                                joins.writeBytes(HostileFrames.text(join));
                            }
                            client.write(joins.toByteArray());
                            for (int i = 0; i < batch; i++) {
                                String reply = client.next();
                                if (reply.contains("\"status\":\"ok\"")) {
                                    joined++;
                                } else {
                                    assertThat(reply).contains("too many channels joined");
                                }
                            }
                        }
                        assertThat(endpoint.stats().channels()).isEqualTo(101);
                    }
                    assertThat(joined).isEqualTo(100);
                    assertThat(excesses(endpoint, "channelsPerConnectionMax"))
                            .isEqualTo(topics - 100);
                });
    }

    @ParameterizedTest
    @EnumSource(value = Transports.Kind.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void floodsOfJoinsAndLeaves(Transports.Kind kind) throws Exception {
        attack(
                "joins and leaves",
                kind,
                LIMITS,
                endpoint -> {
                    try (RawClient client = RawClient.open(endpoint.address())) {
                        for (int round = 0; round < 20; round++) {
                            ByteArrayOutputStream flood = new ByteArrayOutputStream();
                            for (int i = 0; i < 500; i++) {
                                String topic = "room:" + i % 3;
                                flood.writeBytes(
                                        HostileFrames.text(message(i, topic, "phx_join", "{}")));
                                flood.writeBytes(
                                        HostileFrames.text(message(i, topic, "phx_leave", "{}")));
                            }
                            client.write(flood.toByteArray());
                            synchronize(client);
                        }
                    }
                    assertThat(excesses(endpoint, "connectionJoinsPerSecondMax")).isPositive();
                });
    }

    @ParameterizedTest
    @EnumSource(value = Transports.Kind.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void floodsOfEvents(Transports.Kind kind) throws Exception {
        attack(
                "events",
                kind,
                LIMITS.with(Limit.CONNECTION_EVENTS_PER_SECOND_MAX, 1_000),
                endpoint -> {
                    ByteArrayOutputStream flood = new ByteArrayOutputStream();
                    for (int i = 0; i < 3_000; i++) {
                        flood.writeBytes(HostileFrames.text(message(i, "room:flood", "x", "{}")));
                    }
                    for (int i = 0; i < 20; i++) {
                        try (RawClient client = RawClient.open(endpoint.address())) {
                            client.write(flood.toByteArray());
                            assertThat(client.end()).isEqualTo(RawClient.closedWith(1008));
                        }
                    }
                    assertThat(excesses(endpoint, "connectionEventsPerSecondMax")).isEqualTo(20);
                });
    }

    @ParameterizedTest
    @EnumSource(value = Transports.Kind.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void floodsOfPingsWhosePongsNobodyReads(Transports.Kind kind) throws Exception {
        ByteArrayOutputStream pings = new ByteArrayOutputStream();
        for (int i = 0; i < 500; i++) {
            pings.writeBytes(HostileFrames.frame(FrameEncoder.PING, true, new byte[125]));
        }
        byte[] flood = pings.toByteArray();
        attack(
                "pings",
                kind,
                LIMITS,
                endpoint -> {
                    try (RawClient client = RawClient.connect(endpoint.address(), 16 << 10)) {
                        client.upgrade();
                        int sent = 0;
                        while (client.write(flood)) {
                            assertThat(++sent).as("floods of 64 kB").isLessThan(2_000);
                        }
                    }
                    assertThat(excesses(endpoint, "outboundBytesMax")).isEqualTo(1);
                });
    }

    @ParameterizedTest
    @EnumSource(value = Transports.Kind.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void messagesThatAreNeverFinished(Transports.Kind kind) throws Exception {
        attack(
                "unfinished messages",
                kind,
                LIMITS,
                endpoint -> {
                    List<RawClient> clients = new ArrayList<>();
                    for (int i = 0; i < 200; i++) {
                        RawClient client = RawClient.open(endpoint.address());
                        clients.add(client);
                        client.write(
                                HostileFrames.frame(FrameEncoder.BINARY, false, new byte[200_000]));
                    }
                    synchronize(RawClient.open(endpoint.address()), endpoint);
                    clients.forEach(RawClient::reset);
                });
    }

    private static void synchronize(RawClient client, Endpoint endpoint) {
        try (client) {
            synchronize(client);
            assertThat(endpoint.transport().stats().open()).isGreaterThan(2);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Transports.Kind.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void requestsThatCrawl(Transports.Kind kind) throws Exception {
        byte[] request = RawClient.upgradeRequest();
        byte[] body = HostileFrames.postHead("/x");
        int each = 300;
        attack(
                "slowloris",
                kind,
                LIMITS,
                endpoint -> {
                    List<RawClient> heads = new ArrayList<>();
                    List<RawClient> bodies = new ArrayList<>();
                    for (int i = 0; i < each; i++) {
                        heads.add(RawClient.connect(endpoint.address()));
                        bodies.add(RawClient.connect(endpoint.address()));
                        bodies.getLast().write(body);
                    }
                    for (int at = 0; at < request.length - 4; at++) {
                        for (RawClient client : heads) {
                            client.write(new byte[] {request[at]});
                        }
                        for (RawClient client : bodies) {
                            client.write(new byte[] {'b'});
                        }
                    }
                    heads.addAll(bodies);
                    for (RawClient client : heads) {
                        assertThat(client.readHead())
                                .matches("(?s)HTTP/1.1 408 .*|" + RawClient.CUT_OFF);
                        client.close();
                    }
                    assertThat(excesses(endpoint, "handshakeMillis")).isEqualTo(2L * each);
                });
    }

    @ParameterizedTest
    @EnumSource(value = Transports.Kind.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void clientsThatNeverRead(Transports.Kind kind) throws Exception {
        int deaf = 30;
        attack(
                "clients that never read",
                kind,
                LIMITS,
                endpoint -> {
                    List<RawClient> clients = new ArrayList<>();
                    for (int i = 0; i < deaf; i++) {
                        RawClient client = RawClient.connect(endpoint.address(), 16 << 10);
                        clients.add(client);
                        client.upgrade();
                        client.text(message(1, "room:loud", "phx_join", "{}"));
                        client.next();
                    }
                    Map<String, String> loud = Map.of("text", "x".repeat(60_000));
                    NetStats stats = endpoint.transport().stats();
                    for (int i = 0; stats.closedSlow() < deaf; i++) {
                        assertThat(i).as("broadcasts of 60 kB").isLessThan(5_000);
                        endpoint.broadcast("room:loud", "noise", loud);
                        if (i % 16 == 0) { // a group whose queue is full drops more
                            RawClient probe = RawClient.open(endpoint.address());
                            synchronize(probe);
                            probe.close();
                        }
                        stats = endpoint.transport().stats();
                    }
                    assertThat(excesses(endpoint, "outboundBytesMax")).isEqualTo(deaf);
                    clients.forEach(RawClient::close);
                });
    }
}
