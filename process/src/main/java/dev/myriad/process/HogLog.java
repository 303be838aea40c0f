package dev.myriad.process;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Names handlers that keep a carrier to themselves for long in the log, one a second at most. The
 * ticker finds them; a thread of its own names them, since it takes their stack traces, and each of
 * those waits until the kernel gives the hog's thread a processor. Confined to the ticker, but for
 * what says otherwise.
 *
 * <p>A handler is named only if it was on the same carrier at each of many looks in a row: one that
 * sleeps has none, and neither has one that could go on but waits for its carrier. Loading and
 * initializing classes keeps a carrier too, and so does waiting for another thread to initialize
 * one. That happens once and is no handler's doing, so nobody is named while anybody on a carrier
 * does it.
 */
@SuppressWarnings("NonAtomicVolatileUpdate") // one thread at a time writes
final class HogLog {
    private static final Line BUSY =
            Log.of(Process.class)
                    .warning(
                            "Process {} has kept a carrier busy for more than {} ms with one turn,"
                                    + " {}");

    private static final long KEPT_NANOS = 100_000_000;

    /** Looks besides the time, because a pause of the whole machine is nobody's fault. */
    private static final int KEPT_LOOKS = 10;

    /** A worker in the midst of that turn. */
    private record Suspect(Carriers.Worker worker, Process process, int turn) {}

    private List<Suspect> suspects = new ArrayList<>();
    private volatile long named;

    /** Whether somebody is being named. */
    private volatile boolean naming;

    /** Whether the last attempt found that classes were loaded: then all is to be seen anew. */
    private volatile boolean loading;

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
        Process process = worker.process();
        if (worker.keptLooks >= KEPT_LOOKS
                && now - worker.keptSince >= KEPT_NANOS
                && process != null
                && !worker.named) {
            suspects.add(new Suspect(worker, process, worker.seenTurn));
        }
    }

    /** Ends a round of looks: has one named of those that have kept a carrier for too long. */
    void report(Collection<Carriers.Worker> all) {
        if (suspects.isEmpty()) {
            return;
        }
        if (loading) {
            suspects.forEach(suspect -> suspect.worker.keptCarrier = "");
            loading = false;
        } else if (!naming && BUSY.isDue()) {
            List<Suspect> found = suspects;
            naming = true;
            try {
                Thread.ofPlatform().daemon().name("myriad-hog-log").start(() -> name(found, all));
            } catch (Throwable noMemory) {
                naming = false;
            }
            suspects = new ArrayList<>();
        }
        suspects.clear();
    }

    /** Names one of them; on a thread of its own. */
    private void name(List<Suspect> found, Collection<Carriers.Worker> all) {
        try {
            List<StackTraceElement[]> stacks =
                    found.stream().map(suspect -> suspect.worker.stackTrace()).toList();
            if (stacks.stream().anyMatch(HogLog::loadsClasses)
                    || all.stream().anyMatch(HogLog::loadsClasses)) {
                loading = true;
                return;
            }
            for (int i = 0; i < found.size(); i++) {
                Suspect suspect = found.get(i);
                if (suspect.worker.turns() == suspect.turn) {
                    suspect.worker.named = true;
                    named++;
                    BUSY.tell(suspect.process, KEPT_NANOS / 1_000_000, place(stacks.get(i)));
                    return;
                }
            }
        } catch (Throwable fault) {
            // It was to say something, and there is no memory for that.
        } finally {
            naming = false;
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

    /** Handlers that were named so far. Any thread. */
    long named() {
        return named;
    }
}
