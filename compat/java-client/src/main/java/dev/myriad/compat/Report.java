package dev.myriad.compat;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Prints a line for each check and counts. Confined to one thread. */
final class Report {
    private static final Duration CHECK_MAX = Duration.ofSeconds(60);

    private int passed;
    private int failed;
    private int skipped;

    /** What holds if it returns. */
    @FunctionalInterface
    interface Check {
        void run() throws Exception;
    }

    void suite(String name) {
        System.out.println(name);
    }

    /** Runs a check; what it throws, or a minute without an end, fails it. */
    void check(String name, Check check) {
        long start = System.nanoTime();
        FutureTask<Void> task =
                new FutureTask<>(
                        () -> {
                            check.run();
                            return null;
                        });
        Thread thread = Thread.ofVirtual().name(name).start(task);
        try {
            task.get(CHECK_MAX.toMillis(), TimeUnit.MILLISECONDS);
            passed++;
            long millis = (System.nanoTime() - start) / 1_000_000;
            System.out.printf("  ok    %s (%d ms)%n", name, millis);
        } catch (ExecutionException failure) {
            failed(name, failure.getCause());
        } catch (TimeoutException | InterruptedException failure) {
            StackTraceElement[] where = thread.getStackTrace();
            failure.setStackTrace(where);
            failed(name, failure);
        }
    }

    private void failed(String name, Throwable failure) {
        failed++;
        System.out.printf("  FAIL  %s%n", name);
        failure.printStackTrace(System.out);
    }

    void skipped(String reason) {
        skipped++;
        System.out.println("  SKIPPED  " + reason);
    }

    /** Prints the totals; the exit status. */
    int end() {
        System.out.printf("%d passed, %d failed, %d skipped%n", passed, failed, skipped);
        return failed == 0 && passed > 0 ? 0 : 1;
    }
}
