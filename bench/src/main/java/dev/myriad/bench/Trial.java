package dev.myriad.bench;

import dev.myriad.bench.Run.Better;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/**
 * One run of a profile against one server while it takes place, and what it has found so far. Used
 * by one thread.
 */
final class Trial {
    /** Without any progress for so long, a phase is given up. */
    private static final long STALL_NANOS = 20_000_000_000L;

    private static final long SETTLE_MILLIS = 2_000;
    private static final int POLL_MILLIS = 20;

    private final Options options;
    private final Server server;
    private final int round;
    private final Progress progress;
    private final long residentAtStart;
    private final long availableAtStart;
    private final long heapAtStart;
    private final List<Run.Metric> metrics = new ArrayList<>();
    private final List<Run.Latency> latencies = new ArrayList<>();
    private final List<Run.Series> series = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    Trial(Options options, Server server, int round, Progress progress) {
        this.options = options;
        this.server = server;
        this.round = round;
        this.progress = progress;
        this.heapAtStart = heapBytes();
        this.residentAtStart = Proc.residentBytes(server.pid());
        this.availableAtStart = Proc.availableBytes();
    }

    Options options() {
        return options;
    }

    Target target() {
        return server.target();
    }

    /** The server's process, 0 if it cannot be looked at. */
    long pid() {
        return server.pid();
    }

    /** The server's memory now. */
    long residentBytes() {
        return Proc.residentBytes(server.pid());
    }

    Progress progress() {
        return progress;
    }

    // ---- clients

    Plan plan(int clients, Topics topics, int payloadBytes, Plan.Batching batching, int threads) {
        return new Plan(
                server.target(),
                new Messages(server.target(), topics, payloadBytes),
                clients,
                Math.min(threads, clients),
                options.slotsPerRing(),
                Sources.anyBlock(),
                options.inFlight(),
                batching,
                new Broadcasts());
    }

    /** Connects and joins everybody, and records what that cost. */
    void connect(Fleet fleet, String what) {
        int clients = fleet.plan().clients();
        Usage before = usage();
        fleet.connect();
        awaitJoined(fleet, clients, "connecting " + what);
        Usage used = usage().minus(before);
        Count.Sums counts = fleet.counts();
        long joined = counts.of(Count.JOINED);
        double seconds = Math.max(1e-3, (fleet.lastJoinAt() - before.nanos()) / 1e9);
        metric("joined " + what, "", joined, Better.HIGHER);
        metric("failed " + what, "", clients - joined, Better.LOWER);
        metric("retries, " + what, "", counts.of(Count.RETRIED), Better.LOWER);
        metric("joins per second, " + what, "/s", joined / seconds, Better.HIGHER);
        metric(
                "CPU per join, " + what,
                "us",
                used.serving() * 1e6 / Math.max(1, joined),
                Better.LOWER);
        long retried = counts.of(Count.RETRIED);
        if (retried * 100 > clients) {
            warn(
                    "%,d attempts to connect failed and were repeated, the last one: %s."
                            .formatted(retried, fleet.lastFailure()));
        }
        if (joined < clients) {
            warn(
                    "Only %,d of %,d %s joined; the last failure: %s."
                            .formatted(joined, clients, what, fleet.lastFailure()));
        }
    }

    void awaitJoined(Fleet fleet, int clients, String label) {
        progress.begin(label, clients);
        await(
                () -> {
                    Count.Sums counts = fleet.counts();
                    progress.at(counts.of(Count.JOINED));
                    return counts.of(Count.JOINED) + counts.of(Count.GAVE_UP) >= clients;
                },
                () -> fleet.joined());
        progress.end(fleet.joined());
    }

    /** Waits for a condition while something grows; false if nothing has grown for long. */
    boolean await(BooleanSupplier condition, LongSupplier grows) {
        long seen = grows.getAsLong();
        long since = System.nanoTime();
        while (!condition.getAsBoolean()) {
            sleep(POLL_MILLIS);
            server.check();
            long now = grows.getAsLong();
            if (now != seen) {
                seen = now;
                since = System.nanoTime();
            } else if (System.nanoTime() - since > STALL_NANOS) {
                return false;
            }
        }
        return true;
    }

    /** Lets the clients go on for so long. */
    void hold(Duration time, String label) {
        hold(time, label, () -> {});
    }

    /** The same, and does something else a few times in each second. */
    void hold(Duration time, String label, Runnable meanwhile) {
        long began = System.nanoTime();
        long seconds = time.toSeconds();
        progress.begin(label, seconds);
        for (long left = time.toNanos();
                left > 0;
                left = began + time.toNanos() - System.nanoTime()) {
            sleep(Math.clamp(left / 1_000_000, 1, 200));
            server.check();
            meanwhile.run();
            progress.at((System.nanoTime() - began) / 1_000_000_000);
        }
        progress.end(seconds);
    }

    /** Every joined client sends a heartbeat; how many are answered, and when the last one is. */
    void heartbeats(Fleet fleet) {
        long before = fleet.counts().of(Count.HEARTBEATS_ANSWERED);
        long began = System.nanoTime();
        int sent = fleet.heartbeats();
        progress.begin("heartbeats", sent);
        await(
                () -> {
                    long answered = fleet.counts().of(Count.HEARTBEATS_ANSWERED) - before;
                    progress.at(answered);
                    return answered >= sent;
                },
                () -> fleet.counts().of(Count.HEARTBEATS_ANSWERED));
        double seconds = (System.nanoTime() - began) / 1e9;
        long answered = fleet.counts().of(Count.HEARTBEATS_ANSWERED) - before;
        progress.end(answered);
        metric("heartbeats answered", "", answered, Better.HIGHER);
        metric("all heartbeats answered after", "s", seconds, Better.LOWER);
        int clients = fleet.plan().clients();
        if (answered < clients) {
            warn(
                    "Only %,d of %,d clients got their heartbeat answered."
                            .formatted(answered, clients));
        }
    }

    static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new BenchException("Interrupted.", e);
        }
    }

    // ---- figures

    Usage usage() {
        return Usage.now(server.pid());
    }

    /** What so many idle connections hold, after things have settled. */
    void memory(long connections) {
        settle();
        long resident = Proc.residentBytes(server.pid());
        long available = Proc.availableBytes();
        if (server.pid() != 0) {
            metric("server RSS at start", "MB", residentAtStart / 1e6, Better.NEITHER);
            metric("server RSS", "MB", resident / 1e6, Better.LOWER);
            metric(
                    "server RSS per connection",
                    "B",
                    per(resident - residentAtStart, connections),
                    Better.LOWER);
        }
        metric(
                "whole machine per connection, both ends",
                "B",
                per(availableAtStart - available, connections),
                Better.LOWER);
        if (options.heap() && server.isJava()) {
            long heap = heapBytes();
            metric("live heap", "MB", heap / 1e6, Better.LOWER);
            metric(
                    "live heap per connection",
                    "B",
                    per(heap - heapAtStart, connections),
                    Better.LOWER);
        }
    }

    private void settle() {
        if (server.pid() != 0) {
            sleep(SETTLE_MILLIS);
        }
    }

    /** The server's memory once things have settled again. */
    void settledMemory(String name) {
        settle();
        if (server.pid() != 0) {
            metric(name, "MB", Proc.residentBytes(server.pid()) / 1e6, Better.LOWER);
        }
    }

    private static double per(long bytes, long connections) {
        return (double) bytes / Math.max(1, connections);
    }

    /** What survives a full collection of the server's heap, if that is asked for; else 0. */
    long heapBytes() {
        return options.heap() && server.isJava() ? Heap.liveBytes(server.pid()) : 0;
    }

    /** CPU figures of a measured phase in which so many of something were done. */
    void cpu(Usage used, long done, String what, int generatorThreads) {
        double each = 1e6 / Math.max(1, done);
        metric("CPU per " + what, "us", used.serving() * each, Better.LOWER);
        metric(
                "CPU per " + what + ", other processes taken off",
                "us",
                used.servingAlone() * each,
                Better.LOWER);
        if (server.pid() != 0) {
            metric("server process CPU per " + what, "us", used.server() * each, Better.LOWER);
        }
        metric("generator CPU per " + what, "us", used.generator() * each, Better.NEITHER);
        metric("server CPU", "s", used.server(), Better.NEITHER);
        metric("generator CPU", "s", used.generator(), Better.NEITHER);
        metric("whole machine CPU", "s", used.machine(), Better.NEITHER);
        metric("of it softirq", "s", used.softirq(), Better.NEITHER);
        metric("measured for", "s", used.seconds(), Better.NEITHER);
        double cores = Runtime.getRuntime().availableProcessors();
        double busy = used.machine() / used.seconds() / cores;
        double generator = used.generator() / used.seconds() / generatorThreads;
        metric("machine busy", "%", busy * 100, Better.NEITHER);
        if (generator > 0.9 && busy < 0.95) {
            warn(
                    "The generator is the limit, not the server: its threads are %.0f %% busy, the machine %.0f %%. Try more --client-threads."
                            .formatted(generator * 100, busy * 100));
        } else if (generator > 0.9) {
            warn(
                    "The generator's threads are %.0f %% busy: the rate is bounded by it as well as by the server. CPU per %s is the figure to compare."
                            .formatted(generator * 100, what));
        }
        metric("CPU of other processes", "s", used.elsewhere(), Better.NEITHER);
        metric("packets dropped by the kernel", "", used.dropped(), Better.LOWER);
        metric("segments sent again", "", used.retransmitted(), Better.LOWER);
        disturbances(used);
    }

    /** Warns of what else the machine did meanwhile. */
    void disturbances(Usage used) {
        if (used.elsewhere() > 0.03 * used.machine()) {
            warn(
                    "Other processes used %.1f s of CPU meanwhile: figures of the whole machine are too high."
                            .formatted(used.elsewhere()));
        }
        if (used.dropped() > 0) {
            warn(
                    "The kernel dropped %,d packets: the tail of the latencies is that of its retransmissions. Raise net.core.netdev_max_backlog."
                            .formatted(used.dropped()));
        }
        if (used.stolen() > 0.02 * used.machine()) {
            warn(
                    "The hypervisor took %.1f s away from this machine meanwhile."
                            .formatted(used.stolen()));
        }
    }

    Run.Latency latency(String name, Histogram micros) {
        Run.Latency latency = Run.Latency.of(name, micros);
        if (latency.count() > 0) {
            latencies.add(latency);
        }
        return latency;
    }

    void metric(String name, String unit, long value, Better better) {
        metric(name, unit, (double) value, better);
    }

    void metric(String name, String unit, double value, Better better) {
        metrics.add(new Run.Metric(name, unit, value, better));
    }

    void warn(String warning) {
        warnings.add(warning);
    }

    /** Says what must never happen and did. */
    void integrity(Count.Sums counts) {
        long missing = counts.of(Count.BUFFERS_MISSING);
        if (missing * 100 > counts.of(Count.DELIVERED) + counts.of(Count.ECHOED)) {
            warn("The generator lacked receive buffers %,d times.".formatted(missing));
        }
        expectNone(counts.of(Count.LOST), "joined connections were cut off");
        expectNone(counts.of(Count.OUT_OF_ORDER), "broadcasts were out of order or missing");
        expectNone(counts.of(Count.UNEXPECTED), "messages were not what they should be");
        expectNone(counts.of(Count.SENDS_FAILED), "sends failed or were short");
    }

    private void expectNone(long count, String what) {
        if (count > 0) {
            warn("%,d %s.".formatted(count, what));
        }
    }

    /** Starts to look at some figures over time, until the timeline is closed. */
    Timeline timeline(Fleet fleet, Count rate, String rateName) {
        return new Timeline(fleet, rate, rateName, server.pid(), series::addAll);
    }

    Run finished() {
        return new Run(server.name(), server.how(), round, metrics, latencies, series, warnings);
    }
}
