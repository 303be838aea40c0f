package dev.myriad.process;

import java.lang.management.ManagementFactory;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.jspecify.annotations.Nullable;

/**
 * Carriers beyond the machine's processors, so that the kernel shares these out between handlers
 * that do not let go and all others. The JDK cannot take a carrier from a virtual thread, but it
 * can be told to use more of them. Confined to the ticker, but for {@link #added}.
 */
@SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
final class SpareCarriers {
    private static final int ADDED_MAX = 64;

    /** Without need they are kept for this long: hogs come back. */
    private static final long KEPT_NANOS = 1_000_000_000;

    private static final int NUDGES = 128;

    private @Nullable VirtualThreadSchedulerMXBean scheduler;
    private volatile int added;
    private long neededAt;

    int added() {
        return added;
    }

    /** One more is needed, unless there are {@code most} already. */
    void add(long now, int most) {
        neededAt = now;
        VirtualThreadSchedulerMXBean bean = scheduler();
        if (added < Math.min(most, ADDED_MAX)) {
            added++;
            bean.setParallelism(bean.getParallelism() + 1);
        }
        // The pool looks whether a thread should start or wake only when a task comes to a queue
        // that looks empty, or is full. While all carriers are hogged none is emptied: fill one.
        for (int i = 0; i < NUDGES; i++) {
            if (bean.getMountedVirtualThreadCount() >= bean.getParallelism()) {
                return;
            }
            Thread.startVirtualThread(() -> {});
        }
    }

    /** Gives one back if none was needed for a while. */
    void release(long now) {
        if (added > 0 && now - neededAt > KEPT_NANOS) {
            VirtualThreadSchedulerMXBean bean = scheduler();
            added--;
            bean.setParallelism(Math.max(1, bean.getParallelism() - 1));
            neededAt = now;
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
