package dev.myriad.bench.processes;

import dev.myriad.process.ExitReason;
import dev.myriad.process.Message;
import dev.myriad.process.Process;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/** Processes that come into being and pass away. */
final class Lives {
    private static final int SPAWNS = 2_000_000;
    private static final int LEAK_SPAWNS = 10_000_000;

    /** Questions under way at a time, so that they do not fill the heap beside the processes. */
    private static final int WINDOW = 500_000;

    private Lives() {}

    private static final class Question extends Message {
        final Process from;

        Question(Process from) {
            this.from = from;
        }
    }

    private static final class Answer extends Message {}

    // ---- as many as possible at a time

    /** The smallest process that there is; it answers what it is asked. */
    private static final class Idle extends Process {
        @Override
        protected void handle(Object message) {
            ((Question) message).from.send(new Answer());
        }
    }

    private static final class Collector extends Process {
        private volatile int answers;

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one at a time
        protected void handle(Object message) {
            answers++;
        }
    }

    static List<Figure> live(Scale scale) throws Exception {
        int count = scale.live();
        long heapBefore = usedAfterCollection();
        long residentBefore = residentBytes();
        Process[] processes = new Process[count];
        long start = System.nanoTime();
        Thread[] makers = new Thread[Runtime.getRuntime().availableProcessors()];
        for (int m = 0; m < makers.length; m++) {
            int from = (int) ((long) count * m / makers.length);
            int to = (int) ((long) count * (m + 1) / makers.length);
            makers[m] =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        for (int i = from; i < to; i++) {
                                            processes[i] = new Idle();
                                        }
                                    });
        }
        for (Thread maker : makers) {
            maker.join();
        }
        double made = (System.nanoTime() - start) / 1e9;
        long heap = usedAfterCollection() - heapBefore;
        long resident = residentBytes() - residentBefore;
        start = System.nanoTime();
        Collector collector = new Collector();
        for (int i = 0; i < count; i++) {
            processes[i].send(new Question(collector));
            if (i % (WINDOW / 10) == 0) {
                awaitAnswers(collector, i - WINDOW);
            }
        }
        awaitAnswers(collector, count);
        double answered = (System.nanoTime() - start) / 1e9;
        return List.of(
                new Figure("live_processes", collector.answers, "processes", 134_217_727),
                new Figure("bytes_per_idle_process", (double) heap / count, "bytes", 2_655),
                new Figure("resident_bytes_per_idle_process", (double) resident / count, "bytes"),
                new Figure("resident_mb_of_all", residentBytes() / 1e6, "MB"),
                new Figure("made_per_s", count / made, "1/s"),
                new Figure("all_answered_in_s", answered, "s"));
    }

    private static void awaitAnswers(Collector collector, int count) {
        long end = System.nanoTime() + 60_000_000_000L;
        while (collector.answers < count) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(
                        "%,d of %,d answered".formatted(collector.answers, count));
            }
            LockSupport.parkNanos(50_000);
        }
    }

    // ---- born, asked, gone

    private static final class Mayfly extends Process {
        @Override
        protected void handle(Object message) {
            ((Question) message).from.send(new Answer());
            exit(ExitReason.NORMAL);
        }
    }

    /** Brings forth the next one when the one before has answered. */
    private static final class Mother extends Process {
        private final CountDownLatch end;
        private int left;

        Mother(int left, CountDownLatch end) {
            this.left = left;
            this.end = end;
        }

        @Override
        protected void handle(Object message) {
            if (left-- > 0) {
                spawn(new Mayfly()).send(new Question(this));
            } else {
                end.countDown();
            }
        }
    }

    static List<Figure> spawn(Scale scale) throws Exception {
        double seconds = Rounds.bestSeconds(scale, () -> bear(SPAWNS));
        long before = usedAfterCollection();
        bear(LEAK_SPAWNS);
        long left = usedAfterCollection() - before;
        return List.of(
                new Figure("spawn_answer_exit_per_s", SPAWNS / seconds, "1/s", 2e6),
                new Figure("heap_left_by_10000000_spawns_kb", left / 1e3, "kB"));
    }

    private static void bear(int count) throws InterruptedException {
        int mothers = 8;
        CountDownLatch end = new CountDownLatch(mothers);
        for (int i = 0; i < mothers; i++) {
            new Mother(count / mothers, end).send("go");
        }
        end.await();
    }

    // ---- memory

    private static long usedAfterCollection() {
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            used =
                    Math.min(
                            used,
                            ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return used;
    }

    private static long residentBytes() throws Exception {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        }
    }
}
