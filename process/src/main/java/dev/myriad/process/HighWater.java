package dev.myriad.process;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Remembers whose mailboxes became very long: a number, the last names, and a line in the log at
 * most once a second. Thread-safe.
 */
final class HighWater {
    /** Messages in a mailbox after a turn that make it noted. */
    static final int MARK = 10_000;

    private static final Line LONG =
            Log.of(Process.class).warning("The mailbox of {} holds {} messages");

    private static final int LAST_MAX = 16;
    private static final int NOTED = 256;

    /** Those noted already, by hash; one pushed out by another may be noted twice. */
    private final AtomicReferenceArray<WeakReference<Process>> noted =
            new AtomicReferenceArray<>(NOTED);

    private final AtomicLong total = new AtomicLong();
    private final Deque<Processes.LongMailbox> last = new ArrayDeque<>();

    /**
     * A turn left so many messages; called for each such turn, so it is cheap. Throws nothing: the
     * process has a turn to be given, and if there is no memory to note it now, there will be.
     */
    void passedBy(Process process, int messages) {
        int slot = process.hashCode() & NOTED - 1;
        WeakReference<Process> before = noted.get(slot);
        if (before == null || !before.refersTo(process)) {
            try {
                Memory.isNeeded();
                if (noted.compareAndSet(slot, before, new WeakReference<>(process))) {
                    Aside.run(() -> note(CrashLog.nameOf(process), messages));
                }
            } catch (OutOfMemoryError e) {
                noted.set(slot, before);
            }
        }
    }

    private void note(String name, int messages) {
        synchronized (last) {
            if (last.size() == LAST_MAX) {
                last.removeFirst();
            }
            last.addLast(new Processes.LongMailbox(name, messages));
        }
        total.incrementAndGet();
        LONG.tell(name, messages);
    }

    /** How many mailboxes were noted. */
    long total() {
        return total.get();
    }

    /** The last that were noted, oldest first. */
    List<Processes.LongMailbox> last() {
        synchronized (last) {
            return List.copyOf(last);
        }
    }
}
