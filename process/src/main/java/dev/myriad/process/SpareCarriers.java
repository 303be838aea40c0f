package dev.myriad.process;

import java.lang.management.ManagementFactory;
import java.util.concurrent.locks.LockSupport;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.jspecify.annotations.Nullable;

/**
 * Carriers beyond the machine's processors, so that the kernel shares these out between handlers
 * that do not let go and all others. The JDK cannot take a carrier from a virtual thread, but it
 * can be told to use more of them. Confined to the ticker, but for {@link #added}.
 */
@SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
final class SpareCarriers {
    private static final int ADDED_MAX = 224;

    /** Without need they are kept for this long: hogs come back. */
    private static final long KEPT_NANOS = 100_000_000;

    private static final int NUDGES_MAX = 256;
    private static final long NUDGED_NANOS = 100_000;

    private @Nullable VirtualThreadSchedulerMXBean scheduler;
    private volatile int added;
    private long neededAt;

    int added() {
        return added;
    }

    /** Whether each carrier that there may be has a virtual thread. */
    boolean areAllTaken() {
        VirtualThreadSchedulerMXBean bean = scheduler();
        return bean.getMountedVirtualThreadCount() >= bean.getParallelism();
    }

    /** So many are needed; those above that are given back, one by one, after a while. */
    void need(int count, long now) {
        int wanted = Math.min(count, ADDED_MAX);
        if (wanted > added) {
            change(wanted - added);
        }
        if (wanted >= added) {
            neededAt = now;
        } else if (now - neededAt > KEPT_NANOS) {
            change(-1);
            neededAt = now;
        }
    }

    private void change(int difference) {
        VirtualThreadSchedulerMXBean bean = scheduler();
        bean.setParallelism(Math.max(1, bean.getParallelism() + difference)); // may throw
        added += difference;
    }

    /**
     * Sees to it that virtual threads that wait get the carriers that there may be. The JDK's pool
     * starts or wakes a carrier only when a task comes to one of its queues that looks empty or is
     * full, and while all carriers are hogged none is emptied. Each thread adds to a queue of its
     * own, of a few that there are: so new threads add a task, and more if that was not enough.
     */
    void start() {
        for (int nudges = 1; nudges <= NUDGES_MAX; nudges *= 4) {
            if (areAllTaken()) {
                return;
            }
            int count = nudges;
            Thread.ofPlatform()
                    .daemon()
                    .name("myriad-nudge")
                    .start(
                            () -> {
                                try {
                                    for (int i = 0; i < count; i++) {
                                        Thread.startVirtualThread(() -> {});
                                    }
                                } catch (Throwable e) {
                                    // No memory for so many: the ticker looks and nudges again.
                                }
                            });
            LockSupport.parkNanos(this, NUDGED_NANOS);
        }
    }

    private VirtualThreadSchedulerMXBean scheduler() {
        VirtualThreadSchedulerMXBean present = scheduler;
        if (present == null) {
            present = ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
            scheduler = present;
        }
        return present;
    }
}
