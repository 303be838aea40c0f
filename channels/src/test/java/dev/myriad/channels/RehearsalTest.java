package dev.myriad.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.myriad.log.Log;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.NetConfig;
import dev.myriad.net.NetException;
import dev.myriad.net.Transport;
import dev.myriad.net.Transports;
import dev.myriad.net.memory.MemoryTransport;
import dev.myriad.net.uring.Probe;
import dev.myriad.process.Processes;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An endpoint warms up before it listens, and leaves no trace of that. */
@Timeout(120)
class RehearsalTest {
    private static final NetConfig CONFIG = NetConfig.of("127.0.0.1", 0);
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(2);
    private static final Duration FOR_EVER = Duration.ofDays(1);

    private static final Duration LOG_PATIENCE = Duration.ofSeconds(10);

    static List<Transports.Kind> kinds() {
        return Probe.obstacle().isEmpty()
                ? List.of(Transports.Kind.URING, Transports.Kind.NETTY)
                : List.of(Transports.Kind.NETTY);
    }

    private static Endpoint.Builder builder(Transports.Kind kind) {
        return Endpoint.builder()
                .transport(kind)
                .socket(
                        "/socket",
                        socket -> socket.channel("room:*", EndpointLifeTest.Announcer::new));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void itPlaysEveryPartAgainAndAgain(Transports.Kind kind) {
        Rehearsal rehearsal = Rehearsal.on(kind, CONFIG, Duration.ofSeconds(5));
        assertThat(logOf(rehearsal::run)).extracting(LogRecord::getMessage).isEmpty();
        assertThat(rehearsal.rounds()).isGreaterThan(1); // no answer was waited for in vain
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void nothingOfItIsCounted(Transports.Kind kind) {
        Processes.Stats before = Processes.stats();
        try (Endpoint endpoint = builder(kind).warmUp(LONG_ENOUGH).start()) {
            assertThat(endpoint.transport().stats().accepted()).isZero();
            assertThat(endpoint.transport().stats().bytesIn()).isZero();
            assertThat(endpoint.stats())
                    .isEqualTo(builder(kind).build().stats()); // of one that never started
            assertThat(Processes.stats().crashes()).isEqualTo(before.crashes());
            assertThat(Processes.stats().overflows()).isEqualTo(before.overflows());
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void nothingOfItIsLeft(Transports.Kind kind) throws IOException {
        Rehearsal.on(kind, CONFIG, LONG_ENOUGH).run(); // what the JVM opens once and keeps
        long descriptors = descriptors();
        long threads = shardThreads();
        for (int i = 0; i < 3; i++) {
            Rehearsal.on(kind, CONFIG, Duration.ofMillis(300)).run();
        }
        await().atMost(20, TimeUnit.SECONDS)
                .untilAsserted(
                        () -> {
                            assertThat(descriptors()).isLessThanOrEqualTo(descriptors);
                            assertThat(shardThreads()).isLessThanOrEqualTo(threads);
                        });
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    private static long shardThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("myriad-shard"))
                .count();
    }

    @Test
    void noCodeOfTheProgramRuns() {
        AtomicInteger calls = new AtomicInteger();
        Endpoint.Builder builder =
                Endpoint.builder()
                        .http(
                                _ -> {
                                    calls.incrementAndGet();
                                    return HttpAnswer.text(200, "");
                                })
                        .socket(
                                "/rehearsal",
                                socket ->
                                        socket.connect(
                                                        (_, _) -> {
                                                            calls.incrementAndGet();
                                                            return ConnectResult.ok();
                                                        })
                                                .channel(
                                                        "*",
                                                        () -> {
                                                            calls.incrementAndGet();
                                                            return new EndpointLifeTest.Announcer();
                                                        }));
        try (Endpoint _ = builder.warmUp(LONG_ENOUGH).start()) {
            assertThat(calls).hasValue(0);
        }
    }

    @Test
    void nobodyIsLetInBeforeItIsOver() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Endpoint endpoint =
                builder(Transports.Kind.AUTO).port(port).warmUp(Duration.ofSeconds(3)).build();
        CompletableFuture<Endpoint> started = CompletableFuture.supplyAsync(endpoint::start);
        try {
            await().atMost(20, TimeUnit.SECONDS).until(() -> shardThreads() > 0); // it rehearses
            if (!started.isDone()) {
                assertThat(endpoint.isReady()).isFalse();
            }
            assertThat(started.get(60, TimeUnit.SECONDS).isReady()).isTrue();
            assertThat(endpoint.address().getPort()).isEqualTo(port);
        } finally {
            endpoint.close();
        }
    }

    @Test
    void aTransportOfYourOwnIsStartedOnceOnly() {
        AtomicInteger starts = new AtomicInteger();
        try (Endpoint endpoint =
                builder(Transports.Kind.AUTO)
                        .transport(
                                application -> {
                                    starts.incrementAndGet();
                                    return MemoryTransport.start(1, application);
                                })
                        .warmUp(FOR_EVER)
                        .start()) {
            assertThat(endpoint.isReady()).isTrue();
            assertThat(starts).hasValue(1);
        }
    }

    @Test
    void aPortThatIsTakenIsToldAtOnce() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Endpoint endpoint =
                    builder(Transports.Kind.AUTO)
                            .port(taken.getLocalPort())
                            .warmUp(FOR_EVER)
                            .build();
            assertThatThrownBy(endpoint::start)
                    .isInstanceOf(NetException.class)
                    .hasMessageContaining("taken");
        }
    }

    @Test
    void aNegativeTimeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.builder().warmUp(Duration.ofMillis(-1)));
    }

    @Test
    void ifItFailsThatIsSaidInOneLineAndTheEndpointStarts() {
        Rehearsal noPort =
                new Rehearsal(
                        _ -> {
                            throw new NetException("no port is free");
                        },
                        FOR_EVER);
        assertThat(logOf(noPort::run))
                .singleElement()
                .satisfies(line -> assertThat(line.getMessage()).contains("no port is free"));
        Rehearsal broken =
                new Rehearsal(
                        _ -> {
                            throw new ExceptionInInitializerError("seccomp");
                        },
                        FOR_EVER);
        assertThat(logOf(broken::run)).hasSize(1);
    }

    /** A port that takes connections, and a server that says nothing: the worst of machines. */
    @Test
    void whoeverNeverAnswersHoldsTheStartUpNoLongerThanWasAllowed() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            long began = System.nanoTime();
            List<LogRecord> told =
                    logOf(
                            () ->
                                    new Rehearsal(
                                                    _ -> at(silent.getLocalPort()),
                                                    Duration.ofMillis(500))
                                            .run());
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isBetween(Duration.ofMillis(300), Duration.ofSeconds(20));
            assertThat(told).isEmpty();
        }
    }

    /** A transport that has an address, and nothing else. */
    private static Transport at(int port) {
        return (Transport)
                Proxy.newProxyInstance(
                        Transport.class.getClassLoader(),
                        new Class<?>[] {Transport.class},
                        (_, method, _) ->
                                method.getName().equals("address")
                                        ? new InetSocketAddress(
                                                InetAddress.getLoopbackAddress(), port)
                                        : null);
    }

    @Test
    void anInterruptEndsItAndStaysWithTheCaller() {
        List<LogRecord> told =
                logOf(
                        () -> {
                            Thread.currentThread().interrupt();
                            Rehearsal.on(Transports.Kind.NETTY, CONFIG, Duration.ofMillis(300))
                                    .run();
                            assertThat(Thread.interrupted()).isTrue();
                        });
        assertThat(told.size()).isLessThanOrEqualTo(1);
    }

    /** What the endpoint's log is told meanwhile. */
    private static List<LogRecord> logOf(Runnable action) {
        List<LogRecord> told = new CopyOnWriteArrayList<>();
        Handler handler =
                new Handler() {
                    @Override
                    public void publish(LogRecord line) {
                        told.add(line);
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                };
        Logger logger = Logger.getLogger("dev.myriad");
        assertThat(Log.flush(LOG_PATIENCE)).isTrue(); // what came before is not meant
        logger.addHandler(handler);
        try {
            action.run();
            assertThat(Log.flush(LOG_PATIENCE)).isTrue();
        } finally {
            logger.removeHandler(handler);
        }
        return told;
    }
}
