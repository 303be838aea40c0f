package dev.myriad.bench.processes;

import dev.myriad.process.Message;
import dev.myriad.process.Process;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/** A process that is asked once a millisecond, beside others that let nobody else run. */
final class Hogs {
    private static final int HOGS = 1_000;
    private static final long HOG_NANOS = 50_000;
    private static final long GREAT_HOG_NANOS = 2_000_000_000;
    private static final int ROUNDS = 3;
    private static final int PINGS = 10_000;
    private static final int WARMUP_PINGS = 2_000;
    private static final long PING_NANOS = 1_000_000;

    private Hogs() {}

    /** Busy for a time with each message, and sends itself the next one. */
    private static final class Hog extends Process {
        private final long nanos;

        Hog(long nanos) {
            this.nanos = nanos;
        }

        @Override
        protected void handle(Object message) {
            long end = System.nanoTime() + nanos;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            send(message);
        }

        @Override
        protected String name() {
            return "hog of %,d us".formatted(nanos / 1_000);
        }
    }

    private static final class Ping extends Message {
        final long due;
        final long sent = System.nanoTime();

        Ping(long due) {
            this.due = due;
        }
    }

    private static final class Pinged extends Process {
        final Histogram nanos = new Histogram(3);
        final Histogram senderNanos = new Histogram(3);

        @Override
        protected void handle(Object message) {
            if (message instanceof Ping ping) {
                nanos.recordValue(Math.max(0, System.nanoTime() - ping.due));
                senderNanos.recordValue(Math.max(0, ping.sent - ping.due));
            }
        }

        double p99() {
            return nanos.getValueAtPercentile(99) / 1e6;
        }

        double max() {
            return nanos.getMaxValue() / 1e6;
        }
    }

    static List<Figure> measure(Scale scale) {
        for (int i = 0; i < HOGS; i++) {
            new Hog(HOG_NANOS).send("go");
        }
        new Hog(GREAT_HOG_NANOS).send("go");
        ping(WARMUP_PINGS);
        Pinged beside = median();
        greatHogs(2);
        double besideThree = median().p99();
        greatHogs(40 - 3);
        Pinged besideForty = ping(PINGS);
        greatHogs(200 - 40);
        Pinged besideTwoHundred = ping(PINGS);
        return List.of(
                new Figure("hog_ping_p50_ms", beside.nanos.getValueAtPercentile(50) / 1e6, "ms"),
                new Figure("hog_ping_p99_ms", beside.p99(), "ms"),
                new Figure("hog_ping_max_ms", beside.nanos.getMaxValue() / 1e6, "ms"),
                new Figure(
                        "hog_ping_sender_late_p99_ms",
                        beside.senderNanos.getValueAtPercentile(99) / 1e6,
                        "ms"),
                new Figure("three_hogs_ping_p99_ms", besideThree, "ms"),
                new Figure("forty_hogs_ping_p99_ms", besideForty.p99(), "ms"),
                new Figure("forty_hogs_ping_max_ms", besideForty.max(), "ms"),
                new Figure("two_hundred_hogs_ping_p99_ms", besideTwoHundred.p99(), "ms"),
                new Figure("two_hundred_hogs_ping_max_ms", besideTwoHundred.max(), "ms"));
    }

    private static void greatHogs(int count) {
        for (int i = 0; i < count; i++) {
            new Hog(GREAT_HOG_NANOS).send("go");
        }
    }

    /** The round with the median p99: other work on the machine spoils one now and then. */
    private static Pinged median() {
        return IntStream.range(0, ROUNDS)
                .mapToObj(_ -> ping(PINGS))
                .sorted(Comparator.comparingDouble(Pinged::p99))
                .toList()
                .get(ROUNDS / 2);
    }

    /** From when a ping was due until it was handled: a late one counts from when it was due. */
    private static Pinged ping(int count) {
        Pinged pinged = new Pinged();
        long due = System.nanoTime();
        for (int i = 0; i < count; i++) {
            due += PING_NANOS;
            LockSupport.parkNanos(due - System.nanoTime());
            pinged.send(new Ping(due));
        }
        long end = System.nanoTime() + GREAT_HOG_NANOS;
        while (pinged.info().mailbox() > 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(PING_NANOS);
        }
        return pinged;
    }
}
