package dev.myriad.net.uring;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * System calls and raw memory. Stateless and thread-safe.
 *
 * <p>Memory is addressed by absolute address through one segment that spans all of it: rings and
 * buffers are mapped once and live as long as their owner, and a constant segment is what the JIT
 * handles best. Its bounds protect nothing, so only this package may touch it.
 */
public final class Kernel {
    private Kernel() {}

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            CALL_STATE.varHandle(StructLayout.PathElement.groupElement("errno"));

    @SuppressWarnings("restricted")
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final VarHandle INT = JAVA_INT.varHandle();
    private static final VarHandle SHORT = JAVA_SHORT.varHandle();

    private static final int NR_SETUP = 425;
    private static final int NR_ENTER = 426;
    private static final int NR_REGISTER = 427;

    public static final int EINTR = 4;
    public static final int EAGAIN = 11;
    public static final int EBUSY = 16;
    public static final int ENOMEM = 12;
    public static final int EINVAL = 22;
    public static final int ENFILE = 23;
    public static final int EMFILE = 24;
    public static final int EADDRINUSE = 98;
    public static final int ECONNABORTED = 103;
    public static final int ENOBUFS = 105;
    public static final int ECANCELED = 125;

    private static final MethodHandle SETUP =
            call("syscall", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG), 1);
    private static final MethodHandle ENTER =
            call(
                    "syscall",
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG,
                            JAVA_LONG),
                    1);
    private static final MethodHandle REGISTER =
            call(
                    "syscall",
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT),
                    1);
    private static final MethodHandle MMAP =
            call(
                    "mmap",
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT,
                            JAVA_LONG),
                    -1);
    private static final MethodHandle MUNMAP =
            call("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG), -1);
    private static final MethodHandle CLOSE =
            call("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT), -1);
    private static final MethodHandle SOCKET =
            call("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT), -1);
    private static final MethodHandle SETSOCKOPT =
            call(
                    "setsockopt",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT),
                    -1);
    private static final MethodHandle BIND =
            call("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT), -1);
    private static final MethodHandle LISTEN =
            call("listen", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT), -1);
    private static final MethodHandle GETSOCKNAME =
            call(
                    "getsockname",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG),
                    -1);
    private static final MethodHandle EVENTFD =
            call("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT), -1);

    @SuppressWarnings("restricted")
    private static final MethodHandle WRITE =
            LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow("write"),
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));

    private static final MethodHandle SEND =
            call(
                    "send",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT),
                    -1);

    @SuppressWarnings("restricted")
    private static final MethodHandle STRERROR =
            LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow("strerror"),
                    FunctionDescriptor.of(ADDRESS, JAVA_INT));

    /** One 8-byte constant 1, for eventfd writes from any thread. */
    private static final long ONE = allocateForever(8);

    static {
        putLong(ONE, 1);
    }

    @SuppressWarnings("restricted")
    private static MethodHandle call(String name, FunctionDescriptor type, int firstVariadic) {
        MemorySegment symbol = LINKER.defaultLookup().findOrThrow(name);
        Linker.Option state = Linker.Option.captureCallState("errno");
        return firstVariadic < 0
                ? LINKER.downcallHandle(symbol, type, state)
                : LINKER.downcallHandle(
                        symbol, type, state, Linker.Option.firstVariadicArg(firstVariadic));
    }

    /** Where a call leaves errno: one per caller thread. */
    public static final class Errno {
        private final MemorySegment state = Arena.ofAuto().allocate(CALL_STATE);

        int value() {
            return (int) ERRNO.get(state, 0L);
        }
    }

    // ---- system calls: a result, or minus errno

    @FunctionalInterface
    private interface Call {
        long run() throws Throwable;
    }

    @SuppressWarnings("CatchAndPrintStackTrace")
    private static long checked(Errno errno, Call call) {
        try {
            long result = call.run();
            return result == -1 ? -errno.value() : result;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static int setup(Errno errno, int entries, long params) {
        return (int)
                checked(
                        errno,
                        () ->
                                (long)
                                        SETUP.invokeExact(
                                                errno.state, (long) NR_SETUP, entries, params));
    }

    static int enter(
            Errno errno, int ring, int submit, int minComplete, int flags, long arg, long argSize) {
        try {
            long result =
                    (long)
                            ENTER.invokeExact(
                                    errno.state,
                                    (long) NR_ENTER,
                                    ring,
                                    submit,
                                    minComplete,
                                    flags,
                                    arg,
                                    argSize);
            return result == -1 ? -errno.value() : (int) result;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static int register(Errno errno, int ring, int opcode, long arg, int count) {
        return (int)
                checked(
                        errno,
                        () ->
                                (long)
                                        REGISTER.invokeExact(
                                                errno.state,
                                                (long) NR_REGISTER,
                                                ring,
                                                opcode,
                                                arg,
                                                count));
    }

    /** Maps a ring's memory, or with {@code fd} -1 zeroed private memory. */
    static long mmap(Errno errno, long bytes, int fd, long offset) {
        int readWrite = 3;
        int flags = fd < 0 ? 0x22 : 0x8001; // PRIVATE|ANONYMOUS, or SHARED|POPULATE
        long address =
                checked(
                        errno,
                        () ->
                                (long)
                                        MMAP.invokeExact(
                                                errno.state,
                                                0L,
                                                bytes,
                                                readWrite,
                                                flags,
                                                fd,
                                                offset));
        if (address < 0 && address > -4096) {
            throw new UringException("mmap of " + bytes + " bytes", (int) -address);
        }
        return address;
    }

    static void munmap(Errno errno, long address, long bytes) {
        checked(errno, () -> (int) MUNMAP.invokeExact(errno.state, address, bytes));
    }

    static int close(Errno errno, int fd) {
        return (int) checked(errno, () -> (int) CLOSE.invokeExact(errno.state, fd));
    }

    static int socket(Errno errno, int family, int type) {
        return (int) checked(errno, () -> (int) SOCKET.invokeExact(errno.state, family, type, 0));
    }

    static int setsockopt(Errno errno, int fd, int level, int name, int value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment v = arena.allocateFrom(JAVA_INT, value);
            return (int)
                    checked(
                            errno,
                            () ->
                                    (int)
                                            SETSOCKOPT.invokeExact(
                                                    errno.state, fd, level, name, v.address(), 4));
        }
    }

    static int bind(Errno errno, int fd, long address, int length) {
        return (int) checked(errno, () -> (int) BIND.invokeExact(errno.state, fd, address, length));
    }

    static int listen(Errno errno, int fd, int backlog) {
        return (int) checked(errno, () -> (int) LISTEN.invokeExact(errno.state, fd, backlog));
    }

    static int getsockname(Errno errno, int fd, long address, long length) {
        return (int)
                checked(
                        errno,
                        () -> (int) GETSOCKNAME.invokeExact(errno.state, fd, address, length));
    }

    /**
     * A blocking counter descriptor; blocking, because a ring never waits on a non-blocking one.
     */
    public static int eventfd(Errno errno) {
        int closeOnExec = 0x80000;
        int fd = (int) checked(errno, () -> (int) EVENTFD.invokeExact(errno.state, 0, closeOnExec));
        if (fd < 0) {
            throw new UringException("eventfd", -fd);
        }
        return fd;
    }

    /** Adds one to an eventfd. Any thread may call it. */
    @SuppressWarnings("UnusedVariable") // it cannot fail but for a closed descriptor
    public static void signal(int eventfd) {
        try {
            long _ = (long) WRITE.invokeExact(eventfd, ONE, 8L);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static long send(Errno errno, int fd, long address, long bytes, int flags) {
        return checked(
                errno, () -> (long) SEND.invokeExact(errno.state, fd, address, bytes, flags));
    }

    /** The system's words for an error number. */
    @SuppressWarnings("restricted")
    public static String message(int errno) {
        try {
            MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
            return text.reinterpret(256).getString(0);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    // ---- memory by absolute address

    private static long allocateForever(long bytes) {
        return Arena.global().allocate(bytes, 8).address();
    }

    static byte getByte(long address) {
        return ALL.get(JAVA_BYTE, address);
    }

    static short getShort(long address) {
        return ALL.get(JAVA_SHORT, address);
    }

    static void putShort(long address, short value) {
        ALL.set(JAVA_SHORT, address, value);
    }

    static int getInt(long address) {
        return ALL.get(JAVA_INT, address);
    }

    static void putInt(long address, int value) {
        ALL.set(JAVA_INT, address, value);
    }

    static long getLong(long address) {
        return ALL.get(JAVA_LONG, address);
    }

    static void putLong(long address, long value) {
        ALL.set(JAVA_LONG, address, value);
    }

    static int getIntAcquire(long address) {
        return (int) INT.getAcquire(ALL, address);
    }

    static void putIntRelease(long address, int value) {
        INT.setRelease(ALL, address, value);
    }

    static void putShortRelease(long address, short value) {
        SHORT.setRelease(ALL, address, value);
    }

    static void fullFence() {
        VarHandle.fullFence();
    }

    static void copyIn(byte[] from, int at, long to, int bytes) {
        MemorySegment.copy(from, at, ALL, JAVA_BYTE, to, bytes);
    }

    static void copyOut(long from, byte[] to, int at, int bytes) {
        MemorySegment.copy(ALL, JAVA_BYTE, from, to, at, bytes);
    }

    static void fill(long address, long bytes, byte value) {
        ALL.asSlice(address, bytes).fill(value);
    }
}
