package dev.myriad.process;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Names handlers that keep a carrier to themselves for long in the log, one a second at most.
 * Confined to the ticker, but for {@link #named}.
 *
 * <p>A handler is named only if it was on the same carrier at each of many looks in a row: one that
 * sleeps has none, and neither has one that could go on but waits for its carrier. Loading and
 * initializing classes keeps a carrier too, and so does waiting for another thread to initialize
 * one. That happens once and is no handler's doing, so nobody is named while anybody on a carrier
 * does it.
 */
@SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
final class HogLog {
    private static final System.Logger LOG = System.getLogger(Process.class.getName());

    private static final long KEPT_NANOS = 100_000_000;
    private static final long EVERY_NANOS = 1_000_000_000;

    /** Looks besides the time, because a pause of the whole machine is nobody's fault. */
    private static final int KEPT_LOOKS = 10;

    private final List<Carriers.Worker> suspects = new ArrayList<>();
    private long namedAt = -EVERY_NANOS;
    private volatile long named;

    /** Looks at a worker in the midst of a turn that does not seem to wait. */
    void look(Carriers.Worker worker, long now) {
        String carrier = worker.carrier();
        if (carrier.isEmpty() || !carrier.equals(worker.keptCarrier)) {
            worker.keptCarrier = carrier;
            worker.keptSince = now;
            worker.keptLooks = 0;
            return;
        }
        worker.keptLooks++;
        if (worker.keptLooks >= KEPT_LOOKS && now - worker.keptSince >= KEPT_NANOS) {
            suspects.add(worker);
        }
    }

    /** Ends a round of looks: names one of those that have kept a carrier for too long. */
    void report(Collection<Carriers.Worker> all, long now) {
        if (!suspects.isEmpty() && now - namedAt >= EVERY_NANOS) {
            List<StackTraceElement[]> stacks =
                    suspects.stream().map(Carriers.Worker::stackTrace).toList();
            if (stacks.stream().anyMatch(HogLog::loadsClasses)
                    || all.stream().anyMatch(HogLog::loadsClasses)) {
                suspects.forEach(worker -> worker.keptCarrier = "");
            } else {
                name(stacks, now);
            }
        }
        suspects.clear();
    }

    private void name(List<StackTraceElement[]> stacks, long now) {
        for (int i = 0; i < suspects.size(); i++) {
            Carriers.Worker worker = suspects.get(i);
            Process process = worker.process();
            if (!worker.named && process != null && worker.turns() == worker.seenTurn) {
                worker.named = true;
                namedAt = now;
                named++;
                String place = place(stacks.get(i));
                Aside.run(
                        () ->
                                LOG.log(
                                        Level.WARNING,
                                        "Process {0} has kept a carrier busy for more than {1} ms with one turn, {2}",
                                        CrashLog.nameOf(process),
                                        KEPT_NANOS / 1_000_000,
                                        place));
                return;
            }
        }
    }

    /** The innermost line that is not the JDK's. */
    private static String place(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            String module = frame.getModuleName();
            if (module == null || !(module.startsWith("java.") || module.startsWith("jdk."))) {
                return "at " + frame;
            }
        }
        return "in the JDK";
    }

    /** It keeps its carrier for that, even while it waits itself: then it is no suspect. */
    private static boolean loadsClasses(Carriers.Worker worker) {
        return !worker.carrier().isEmpty() && loadsClasses(worker.stackTrace());
    }

    private static boolean loadsClasses(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            String name = frame.getClassName();
            if (frame.getMethodName().equals("<clinit>")
                    || name.equals("java.lang.ClassLoader")
                    || name.equals("java.lang.invoke.MethodHandleNatives")) {
                return true;
            }
        }
        return false;
    }

    /** Handlers that were named so far. */
    long named() {
        return named;
    }
}
