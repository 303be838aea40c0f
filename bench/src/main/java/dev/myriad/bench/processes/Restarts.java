package dev.myriad.bench.processes;

import dev.myriad.process.ExitReason;
import dev.myriad.process.Process;
import dev.myriad.process.Supervision;
import dev.myriad.process.Supervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Children that crash, all at the same time, and are started again. */
final class Restarts {
    private static final int CHILDREN = 10_000;

    private Restarts() {}

    /** Crashes on what it is sent. */
    private static final class Fragile extends Process {
        private final CountDownLatch startedAgain;

        Fragile(CountDownLatch startedAgain) {
            this.startedAgain = startedAgain;
        }

        @Override
        protected void started() {
            startedAgain.countDown();
        }

        @Override
        protected void handle(Object message) {
            throw new IllegalStateException("crashed, as it was told to");
        }
    }

    static List<Figure> measure(Scale scale) throws Exception {
        double many = best(scale, 100);
        double one = best(scale, 1);
        return List.of(
                new Figure("restarts_10000_ms", many * 1e3, "ms", 61),
                new Figure("restarts_10000_one_supervisor_ms", one * 1e3, "ms", 1_417));
    }

    private static double best(Scale scale, int supervisors) throws Exception {
        double best = Double.MAX_VALUE;
        for (int round = 0; round < scale.rounds(); round++) {
            best = Math.min(best, seconds(supervisors));
        }
        return best;
    }

    private static double seconds(int supervisors) throws InterruptedException {
        CountDownLatch restarts = new CountDownLatch(2 * CHILDREN);
        List<Supervisor> all = new ArrayList<>();
        for (int i = 0; i < supervisors; i++) {
            Supervision supervision =
                    Supervisor.oneForOne().restarts(CHILDREN, Duration.ofMinutes(1));
            for (int j = 0; j < CHILDREN / supervisors; j++) {
                supervision.child("child " + j, () -> new Fragile(restarts));
            }
            all.add(supervision.start());
        }
        while (restarts.getCount() > CHILDREN) {
            Thread.onSpinWait();
        }
        List<Process> children = new ArrayList<>();
        for (Supervisor supervisor : all) {
            supervisor.children().forEach(child -> child.process().ifPresent(children::add));
        }
        long start = System.nanoTime();
        children.forEach(child -> child.send("crash"));
        restarts.await();
        double seconds = (System.nanoTime() - start) / 1e9;
        all.forEach(supervisor -> supervisor.stop(new ExitReason.Shutdown("measured")));
        return seconds;
    }
}
