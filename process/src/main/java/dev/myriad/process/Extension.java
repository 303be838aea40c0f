package dev.myriad.process;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What most processes do not have, made when it is first needed. Confined to its process, but for
 * {@link #bound}.
 */
final class Extension {
    private static final int UNANSWERED_MIN = 8;

    /** Set in the constructor of the process, before anyone sends to it. */
    @Nullable Bound bound;

    @Nullable ExitReason exiting;

    /** Messages and nanoseconds since the extension was made. */
    long handled;

    long busyNanos;

    private @Nullable Watch watches;

    /** Those that this process has of others. */
    private @Nullable Monitor monitors;

    private @Nullable Set<Process> links;

    /** Whom this process has unlinked that did not answer yet, and how many times. */
    private @Nullable Map<Process, Integer> unlinking;

    /** Calls that were handled and not answered; now and then those that are answered leave. */
    private @Nullable Set<Reply> unanswered;

    private int unansweredMax = UNANSWERED_MIN;

    /** Put away, oldest first. */
    private @Nullable Message stashFirst;

    private @Nullable Message stashLast;
    private int stashed;

    void add(Watch watch) {
        Watch first = watches;
        watch.nextWatch = first;
        if (first != null) {
            first.previousWatch = watch;
        }
        watches = watch;
        watch.listed = true;
    }

    void remove(Watch watch) {
        if (!watch.listed) {
            return;
        }
        Watch before = watch.previousWatch;
        Watch after = watch.nextWatch;
        if (before == null) {
            watches = after;
        } else {
            before.nextWatch = after;
        }
        if (after != null) {
            after.previousWatch = before;
        }
        watch.previousWatch = null;
        watch.nextWatch = null;
        watch.listed = false;
    }

    boolean hasWatches() {
        return watches != null;
    }

    void own(Monitor monitor) {
        Monitor first = monitors;
        monitor.nextOwned = first;
        if (first != null) {
            first.previousOwned = monitor;
        }
        monitors = monitor;
        monitor.owned = true;
    }

    void disown(Monitor monitor) {
        if (!monitor.owned) {
            return;
        }
        Monitor before = monitor.previousOwned;
        Monitor after = monitor.nextOwned;
        if (before == null) {
            monitors = after;
        } else {
            before.nextOwned = after;
        }
        if (after != null) {
            after.previousOwned = before;
        }
        monitor.previousOwned = null;
        monitor.nextOwned = null;
        monitor.owned = false;
    }

    boolean hasMonitors() {
        return monitors != null;
    }

    Set<Process> links() {
        Set<Process> present = links;
        if (present == null) {
            present = new LinkedHashSet<>(4);
            links = present;
        }
        return present;
    }

    /** The call fails if the process ends before it is answered. */
    void keep(Reply reply) {
        Set<Reply> present = unanswered;
        if (present == null) {
            present = new LinkedHashSet<>(4);
            unanswered = present;
        }
        present.add(reply);
        if (present.size() > unansweredMax) {
            present.removeIf(Reply::isSettled);
            unansweredMax = Math.max(UNANSWERED_MIN, 2 * present.size());
        }
    }

    int unanswered() {
        return unanswered == null ? 0 : unanswered.size();
    }

    void unlinking(Process other) {
        Map<Process, Integer> present = unlinking;
        if (present == null) {
            present = new HashMap<>(4);
            unlinking = present;
        }
        present.merge(other, 1, Integer::sum);
    }

    void unlinked(Process other) {
        if (unlinking != null) {
            unlinking.computeIfPresent(other, (_, times) -> times == 1 ? null : times - 1);
        }
    }

    /** The other has linked itself; a link that it sent before it knew of an unlink is void. */
    void linkedBy(Process other) {
        if (unlinking == null || !unlinking.containsKey(other)) {
            links().add(other);
        }
    }

    void stash(Message message) {
        message.next = null;
        Message last = stashLast;
        if (last == null) {
            stashFirst = message;
        } else {
            last.next = message;
        }
        stashLast = message;
        stashed++;
    }

    int stashed() {
        return stashed;
    }

    /** The stash, oldest first, with {@code rest} behind it; the stash is empty then. */
    @Nullable Message unstash(@Nullable Message rest) {
        Message first = stashFirst;
        Message last = stashLast;
        if (first == null || last == null) {
            return rest;
        }
        last.next = rest;
        stashFirst = null;
        stashLast = null;
        stashed = 0;
        return first;
    }

    /**
     * The process has ended: whoever is interested hears it, and it is interested in nobody. Linked
     * processes come first: a supervisor's restart finds them told.
     */
    void ended(Process process, ExitReason reason) {
        while (!isToldAll(process, reason)) {
            Memory.await();
        }
    }

    /** Tells those that have not been told; false if there is no memory for it now. */
    private boolean isToldAll(Process process, ExitReason reason) {
        try {
            for (Monitor monitor = monitors; monitor != null; monitor = monitors) {
                Memory.isNeeded();
                monitor.cancel(monitor.target());
                disown(monitor);
            }
            while (links != null && !links.isEmpty()) {
                Process linked = links.iterator().next();
                Memory.isNeeded();
                linked.push(new Signal.LinkExit(process, reason));
                links.remove(linked);
            }
            for (Watch watch = watches; watch != null; watch = watches) {
                tell(watch, process, reason);
                remove(watch);
            }
            while (unanswered != null && !unanswered.isEmpty()) {
                Reply reply = unanswered.iterator().next();
                reply.dropped(process, reason);
                unanswered.remove(reply);
            }
            return true;
        } catch (OutOfMemoryError e) {
            return false;
        }
    }

    private static void tell(Watch watch, Process process, ExitReason reason) {
        if (watch.cancelled) {
            return;
        }
        try {
            Memory.isNeeded();
            watch.ended(process, reason);
        } catch (OutOfMemoryError e) {
            throw e; // again, when there is memory
        } catch (Throwable fault) {
            CrashLog.SHARED.log(process, "the news of its end", fault); // a registry's key, maybe
        }
    }
}
