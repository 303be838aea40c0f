package dev.myriad.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * The threads of this program as the kernel knows them: by a number, each with a scheduling policy.
 * Linux only. Thread-safe.
 */
final class KernelThreads {
    /** What a thread has unless somebody changes it. */
    static final int OTHER = 0;

    /** Only what the others leave of the processors, which they get at once when they want them. */
    static final int IDLE = 5;

    private static final int SELF = 0;

    private final MethodHandle gettid = function("gettid", FunctionDescriptor.of(JAVA_INT));

    private final MethodHandle getPolicy =
            function("sched_getscheduler", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private final MethodHandle setPolicy =
            function(
                    "sched_setscheduler",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));

    /** The priority within the policy: these two know only one, 0. */
    private final MemorySegment priority = Arena.global().allocate(JAVA_INT);

    private KernelThreads() {}

    /** Critical: none of them waits, and all take less time than a change of the thread's state. */
    @SuppressWarnings("restricted")
    private static MethodHandle function(String name, FunctionDescriptor type) {
        return Linker.nativeLinker()
                .downcallHandle(
                        Linker.nativeLinker().defaultLookup().findOrThrow(name),
                        type,
                        Linker.Option.critical(false));
    }

    /**
     * Empty where this program may not call the kernel, or may make a thread idle and not the
     * contrary, which takes the capability {@code SYS_NICE} or a limit of the nice value.
     */
    static Optional<KernelThreads> find() {
        if (!System.getProperty("os.name", "").equals("Linux")
                || !KernelThreads.class.getModule().isNativeAccessEnabled()) {
            return Optional.empty();
        }
        try {
            KernelThreads found = new KernelThreads();
            return found.canGoBack() ? Optional.of(found) : Optional.empty();
        } catch (RuntimeException | LinkageError e) {
            return Optional.empty(); // a C library without them
        }
    }

    /** Tries it, on a thread that is good for nothing else. */
    private boolean canGoBack() {
        boolean[] can = {false};
        Thread guineaPig =
                Thread.ofPlatform()
                        .daemon()
                        .name("myriad-priority")
                        .start(() -> can[0] = setPolicy(SELF, IDLE) && setPolicy(SELF, OTHER));
        try {
            guineaPig.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        return can[0];
    }

    /** The number of the calling thread, or of the carrier that it is on. */
    int current() {
        try {
            return (int) gettid.invokeExact();
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    int policy(int thread) {
        try {
            return (int) getPolicy.invokeExact(thread);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** False if there is no such thread (any more), or it must not. */
    boolean setPolicy(int thread, int policy) {
        try {
            return (int) setPolicy.invokeExact(thread, policy, priority) == 0;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** None of them throws anything but what every call may: no stack, no memory. */
    private static RuntimeException unexpected(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        throw new IllegalStateException(e);
    }
}
