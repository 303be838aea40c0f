package dev.myriad.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

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
    private static final int FAILED = -1;

    static {
        Memory.catches(Throwable.class);
    }

    /** The kernel's functions. */
    private static final class Calls {
        static final MethodHandle GET_TID = function("gettid", FunctionDescriptor.of(JAVA_INT));

        static final MethodHandle GET_POLICY =
                function("sched_getscheduler", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

        static final MethodHandle SET_POLICY =
                function(
                        "sched_setscheduler",
                        FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));

        /** The priority within the policy: these two know only one, 0. */
        static final MemorySegment PRIORITY = Arena.global().allocate(JAVA_INT);

        /** Critical: none of them waits, and all take less time than a change of state would. */
        @SuppressWarnings("restricted")
        private static MethodHandle function(String name, FunctionDescriptor type) {
            return Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().findOrThrow(name),
                            type,
                            Linker.Option.critical(false));
        }
    }

    private KernelThreads() {}

    /**
     * Empty where this program may not call the kernel, or may make a thread idle and not the
     * contrary, which takes the capability {@code SYS_NICE} or a limit of the nice value; and where
     * it was started under another policy, which is somebody's wish.
     */
    static Optional<KernelThreads> find() {
        if (!System.getProperty("os.name", "").equals("Linux")
                || !KernelThreads.class.getModule().isNativeAccessEnabled()) {
            return Optional.empty();
        }
        try {
            KernelThreads found = new KernelThreads();
            boolean isOfUse = found.policy(SELF) == OTHER && found.canGoBack();
            return isOfUse ? Optional.of(found) : Optional.empty();
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

    /**
     * Gives every thread of this program that is idle the usual policy: one that a thread started
     * while it was idle is so, too.
     */
    void restoreAll() {
        try (Stream<Path> numbers = Files.list(Path.of("/proc/self/task"))) {
            numbers.mapToInt(path -> Integer.parseInt(path.getFileName().toString()))
                    .filter(number -> policy(number) == IDLE)
                    .forEach(number -> setPolicy(number, OTHER));
        } catch (IOException | UncheckedIOException e) {
            // No /proc: those that workers begin on are found one by one.
        }
    }

    // None of these throws: whoever calls them has a process in hand.

    /** The number of the calling thread, or of the carrier that it is on; 0 if it is not known. */
    int current() {
        try {
            return (int) Calls.GET_TID.invokeExact();
        } catch (Throwable e) {
            return 0;
        }
    }

    int policy(int thread) {
        try {
            return (int) Calls.GET_POLICY.invokeExact(thread);
        } catch (Throwable e) {
            return FAILED;
        }
    }

    /** False if there is no such thread (any more), or it must not. */
    boolean setPolicy(int thread, int policy) {
        try {
            return (int) Calls.SET_POLICY.invokeExact(thread, policy, Calls.PRIORITY) == 0;
        } catch (Throwable e) {
            return false;
        }
    }
}
