package dev.myriad.net.uring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One io_uring instance: a queue of operations to the kernel and one of their completions, with a
 * table of direct descriptors and a pool of receive buffers. Confined to the thread that made it.
 *
 * <p>Completions are taken out of the kernel's queue right after each {@code io_uring_enter}, so
 * that it never overflows with what a submission completes at once. The urgent ones are handled
 * there and then; all others wait here for {@link #dispatch}.
 *
 * <p>Layouts and constants: linux/io_uring.h.
 */
public final class Ring implements AutoCloseable {
    /** What happens to a completed operation. */
    public interface Completions {
        /**
         * An urgent operation ended: a send failed, say, which has to be known before more is sent.
         * It must not queue operations: it is called in the middle of a submission.
         */
        void atOnce(long userData, int result);

        /** Any other operation posted a completion. */
        void on(long userData, int result, int flags);
    }

    public static final int OP_ACCEPT = 13;
    public static final int OP_ASYNC_CANCEL = 14;
    public static final int OP_CONNECT = 16;
    public static final int OP_CLOSE = 19;
    public static final int OP_READ = 22;
    public static final int OP_SEND = 26;
    public static final int OP_RECV = 27;
    public static final int OP_SHUTDOWN = 34;
    public static final int OP_SOCKET = 45;
    public static final int OP_URING_CMD = 46;
    public static final int OP_FIXED_FD_INSTALL = 54;
    public static final int OP_BIND = 56;

    public static final int FIXED_FILE = 1;
    public static final int IO_LINK = 4;
    public static final int BUFFER_SELECT = 32;
    public static final int SKIP_SUCCESS = 64;

    public static final int MORE = 2;

    public static final int MSG_DONTWAIT = 0x40;
    public static final int MSG_WAITALL = 0x100;
    public static final int MSG_NOSIGNAL = 0x4000;

    /** The kernel picks a free slot of the table. */
    public static final int ANY_SLOT = -1;

    static final int SETUP_CQSIZE = 1 << 3;
    static final int SETUP_CLAMP = 1 << 4;
    static final int SETUP_SUBMIT_ALL = 1 << 7;
    static final int SETUP_TASKRUN_FLAG = 1 << 9;
    static final int SETUP_SINGLE_ISSUER = 1 << 12;
    static final int SETUP_DEFER_TASKRUN = 1 << 13;

    private static final int ENTER_GETEVENTS = 1;
    private static final int ENTER_EXT_ARG = 8;
    private static final int SQ_CQ_OVERFLOW = 2;
    private static final int SQ_TASKRUN = 4;
    private static final int CQ_EVENTFD_DISABLED = 1;

    private static final int REGISTER_EVENTFD = 4;
    private static final int REGISTER_PROBE = 8;
    private static final int REGISTER_FILES2 = 13;
    private static final int REGISTER_PBUF_RING = 22;

    private static final int PAGE_BYTES = 4_096;
    private static final int PARAMS_BYTES = 120;
    private static final int SQE_BYTES = 64;
    private static final int CQE_BYTES = 16;
    private static final int OP_SHIFT = 56;

    private final Kernel.Errno errno = new Kernel.Errno();
    private final Completions completions;
    private final int firstUrgent;
    private final int fd;
    private final int sqEntries;
    private final long ringMemory;
    private final long ringBytes;
    private final long sqes;
    private final long sqTail;
    private final long sqFlags;
    private final int sqMask;
    private final long cqHead;
    private final long cqTail;
    private final long cqFlags;
    private final long cqes;
    private final int cqMask;
    private final long waitArg;
    private final ReceiveBuffers buffers;

    /** How often the completion queue was too small; written by the ring's thread. */
    private long overflows;

    private int tail;
    private int submitted;
    private int batch;

    private long[] waiting = new long[1024];
    private int waitingFrom;
    private int waitingTo;

    /**
     * @param firstUrgent completions whose user data has a top byte from this one on are handled at
     *     once
     * @param buffersCount receive buffers, a power of two
     */
    public Ring(
            int sqEntries,
            int cqEntries,
            int tableSlots,
            int buffersCount,
            int bufferBytes,
            int firstUrgent,
            Completions completions) {
        this.completions = completions;
        this.firstUrgent = firstUrgent;
        List<Runnable> undo = new ArrayList<>();
        try {
            long params = Kernel.mmap(errno, PAGE_BYTES, -1, 0);
            undo.add(() -> Kernel.munmap(errno, params, PAGE_BYTES));
            Kernel.putInt(params + 4, cqEntries);
            Kernel.putInt(
                    params + 8,
                    SETUP_CQSIZE
                            | SETUP_CLAMP
                            | SETUP_SUBMIT_ALL
                            | SETUP_TASKRUN_FLAG
                            | SETUP_SINGLE_ISSUER
                            | SETUP_DEFER_TASKRUN);
            int made = Kernel.setup(errno, sqEntries, params);
            check("io_uring_setup", made);
            undo.add(() -> Kernel.close(errno, made));
            fd = made;
            int entries = Kernel.getInt(params);
            this.sqEntries = entries;
            int cqCount = Kernel.getInt(params + 4);
            int sqArrayOffset = Kernel.getInt(params + 64);
            int cqesOffset = Kernel.getInt(params + 100);
            long bytes =
                    Math.max(sqArrayOffset + 4L * entries, cqesOffset + (long) CQE_BYTES * cqCount);
            long memory = Kernel.mmap(errno, bytes, made, 0);
            undo.add(() -> Kernel.munmap(errno, memory, bytes));
            ringBytes = bytes;
            ringMemory = memory;
            long queue = Kernel.mmap(errno, (long) SQE_BYTES * entries, made, 0x10000000L);
            undo.add(() -> Kernel.munmap(errno, queue, (long) SQE_BYTES * entries));
            sqes = queue;
            sqTail = memory + Kernel.getInt(params + 44);
            sqMask = Kernel.getInt(memory + Kernel.getInt(params + 48));
            sqFlags = memory + Kernel.getInt(params + 56);
            cqHead = memory + Kernel.getInt(params + 80);
            cqTail = memory + Kernel.getInt(params + 84);
            cqMask = Kernel.getInt(memory + Kernel.getInt(params + 88));
            cqFlags = memory + Kernel.getInt(params + 104);
            cqes = memory + cqesOffset;
            for (int i = 0; i < entries; i++) {
                Kernel.putInt(memory + sqArrayOffset + 4L * i, i);
            }
            waitArg = params; // its bytes are free now; the page stays as the wait argument
            Kernel.fill(params, PARAMS_BYTES, (byte) 0);
            registerTable(params + 256, made, tableSlots);
            ReceiveBuffers pool = new ReceiveBuffers(errno, buffersCount, bufferBytes);
            undo.add(() -> pool.close(errno));
            buffers = pool;
            long registration = params + 256;
            pool.describe(registration);
            check("buffer ring", Kernel.register(errno, made, REGISTER_PBUF_RING, registration, 1));
        } catch (RuntimeException | Error e) {
            undo.reversed().forEach(Runnable::run);
            throw e;
        }
    }

    private void registerTable(long argument, int ring, int slots) {
        Kernel.fill(argument, 64, (byte) 0);
        Kernel.putInt(argument, slots);
        Kernel.putInt(argument + 4, 1); // sparse
        check("direct descriptors", Kernel.register(errno, ring, REGISTER_FILES2, argument, 32));
        Kernel.fill(argument, 64, (byte) 0);
    }

    private static void check(String what, int result) {
        if (result < 0) {
            throw new UringException(what, -result);
        }
    }

    /** Signals this eventfd when completions are due, unless {@link #muteSignals}. */
    public void signalTo(int eventfd) {
        Kernel.putInt(waitArg + 256, eventfd);
        check("eventfd", Kernel.register(errno, fd, REGISTER_EVENTFD, waitArg + 256, 1));
    }

    public void muteSignals(boolean muted) {
        Kernel.putIntRelease(cqFlags, muted ? CQ_EVENTFD_DISABLED : 0);
    }

    /** Whether the kernel knows this operation. */
    public boolean supports(int op) {
        long probe = Kernel.mmap(errno, 4096, -1, 0);
        try {
            int result = Kernel.register(errno, fd, REGISTER_PROBE, probe, 256);
            if (result < 0 && result != -Kernel.EINVAL) { // not too old, but forbidden
                check("io_uring_register", result);
            }
            return result >= 0
                    && op <= (Kernel.getByte(probe) & 0xff)
                    && (Kernel.getShort(probe + 16 + 8L * op + 2) & 1) != 0;
        } finally {
            Kernel.munmap(errno, probe, 4096);
        }
    }

    // ---- operations out

    /**
     * The address of the next entry, zeroed but for what is given; submits if the queue is full.
     */
    public long next(int op, int flags, int fd, long address, int length, long userData) {
        makeRoom();
        long sqe = sqes + (long) (tail & sqMask) * SQE_BYTES;
        tail++;
        Kernel.putLong(sqe, (op & 0xffL) | (flags & 0xffL) << 8 | (long) fd << 32);
        Kernel.putLong(sqe + 8, 0);
        Kernel.putLong(sqe + 16, address);
        Kernel.putLong(sqe + 24, length & 0xffffffffL);
        Kernel.putLong(sqe + 32, userData);
        Kernel.putLong(sqe + 40, 0);
        Kernel.putLong(sqe + 48, 0);
        Kernel.putLong(sqe + 56, 0);
        return sqe;
    }

    /**
     * Submits if the queue is full, so that the next entry belongs to the present {@link #batch}.
     */
    void makeRoom() {
        if (tail - submitted == sqEntries) {
            submit();
        }
    }

    /** How many entries can be queued before {@link #next} has to submit: links must not be cut. */
    public int room() {
        return sqEntries - (tail - submitted);
    }

    /** The number of the entry that {@link #next} will hand out, if it need not submit before. */
    int nextIndex() {
        return tail & sqMask;
    }

    static void ioprio(long sqe, int value) {
        Kernel.putShort(sqe + 2, (short) value);
    }

    public static void offset(long sqe, long value) {
        Kernel.putLong(sqe + 8, value);
    }

    public static void opFlags(long sqe, int value) {
        Kernel.putInt(sqe + 28, value);
    }

    public static void fileIndex(long sqe, int value) {
        Kernel.putInt(sqe + 44, value);
    }

    /** Arms a multishot receive into this ring's buffers. */
    public void receive(int slot, long userData) {
        long sqe = next(OP_RECV, FIXED_FILE | BUFFER_SELECT, slot, 0, 0, userData);
        ioprio(sqe, 2); // multishot
    }

    /** Arms a receive into one of this ring's buffers. */
    void receiveOnce(int slot, long userData) {
        next(OP_RECV, FIXED_FILE | BUFFER_SELECT, slot, 0, bufferBytes(), userData);
    }

    /** Arms a multishot accept into direct descriptors. */
    void accept(int listener, long userData) {
        long sqe = next(OP_ACCEPT, 0, listener, 0, 0, userData);
        ioprio(sqe, 1); // multishot
        fileIndex(sqe, ANY_SLOT);
    }

    /** Sends without waiting: a completion comes only if it fails, or sends less than all. */
    public long sendNow(int slot, long address, int length, long userData) {
        long sqe = next(OP_SEND, FIXED_FILE | SKIP_SUCCESS, slot, address, length, userData);
        opFlags(sqe, MSG_DONTWAIT | MSG_WAITALL | MSG_NOSIGNAL);
        return sqe;
    }

    /** Sends all, however long it takes; a completion comes in any case. */
    public void sendAll(int slot, long address, int length, long userData) {
        long sqe = next(OP_SEND, FIXED_FILE, slot, address, length, userData);
        opFlags(sqe, MSG_WAITALL | MSG_NOSIGNAL);
    }

    public void cancel(long targetUserData, long userData) {
        next(OP_ASYNC_CANCEL, SKIP_SUCCESS, -1, targetUserData, 0, userData);
    }

    /**
     * Ends a socket's output. The kernel looks the slot up when a thread of its own comes to it:
     * the slot must not be closed before the completion, which comes in any case.
     */
    void shutOutput(int slot, long userData) {
        int shutWrite = 1;
        next(OP_SHUTDOWN, FIXED_FILE, slot, 0, shutWrite, userData);
    }

    public void closeSlot(int slot, long userData) {
        long sqe = next(OP_CLOSE, 0, 0, 0, 0, userData);
        fileIndex(sqe, slot + 1);
    }

    /** Reads one socket option of SOL_SOCKET into memory. */
    void getSocketOption(int slot, int name, long address, int length, long userData) {
        int solSocket = 1;
        int getSockOpt = 2;
        long sqe = next(OP_URING_CMD, FIXED_FILE, slot, solSocket | (long) name << 32, 0, userData);
        offset(sqe, getSockOpt);
        fileIndex(sqe, length);
        Kernel.putLong(sqe + 48, address);
    }

    /** Sets one socket option from memory; a completion comes only if that fails. */
    public void setSocketOption(
            int slot, int level, int name, long address, int length, long userData) {
        int setSockOpt = 3;
        long sqe =
                next(
                        OP_URING_CMD,
                        FIXED_FILE | SKIP_SUCCESS,
                        slot,
                        level | (long) name << 32,
                        0,
                        userData);
        offset(sqe, setSockOpt);
        fileIndex(sqe, length);
        Kernel.putLong(sqe + 48, address);
    }

    // ---- to the kernel and back

    /** Counts submissions: what was queued under an earlier number has been consumed. */
    public int batch() {
        return batch;
    }

    public boolean hasQueued() {
        return tail != submitted;
    }

    /** Whether the kernel has completions to post, or has posted some. */
    public boolean hasWork() {
        return (Kernel.getIntAcquire(sqFlags) & (SQ_TASKRUN | SQ_CQ_OVERFLOW)) != 0
                || Kernel.getIntAcquire(cqTail) != Kernel.getInt(cqHead)
                || waitingFrom != waitingTo;
    }

    /** Submits what is queued and handles the sends that fail; nothing else is looked at. */
    public void submit() {
        enter(0, 0, 0, 0);
    }

    /** Submits what is queued and lets the kernel post completions, without waiting. */
    public void flush() {
        enter(0, ENTER_GETEVENTS, 0, 0);
    }

    /** Submits what is queued and sleeps until there is a completion or the time is up. */
    public void await(long millisMax) {
        await(1, millisMax * 1_000_000);
    }

    /**
     * Submits what is queued and sleeps until there are so many completions or the time is up. The
     * kernel also works through that many events in one go, where {@link #flush} stops at 20.
     */
    public void await(int completions, long nanos) {
        Kernel.putLong(waitArg + 64, nanos / 1_000_000_000);
        Kernel.putLong(waitArg + 72, nanos % 1_000_000_000);
        Kernel.putLong(waitArg + 16, waitArg + 64);
        enter(completions, ENTER_GETEVENTS | ENTER_EXT_ARG, waitArg, 24);
    }

    private void enter(int minComplete, int flags, long arg, long argSize) {
        batch++;
        Kernel.putIntRelease(sqTail, tail);
        int wait = minComplete;
        while (true) {
            int queued = tail - submitted;
            int result = Kernel.enter(errno, fd, queued, wait, flags, arg, argSize);
            if (result >= 0) {
                submitted += result;
            } else if (result == -Kernel.EBUSY || result == -Kernel.EAGAIN) {
                flags |= ENTER_GETEVENTS; // the kernel wants its completions taken first
            } else if (result != -Kernel.EINTR && result != -62) { // 62: time is up
                throw new UringException("io_uring_enter", -result);
            }
            take();
            boolean overflowed = (Kernel.getIntAcquire(sqFlags) & SQ_CQ_OVERFLOW) != 0;
            if (overflowed) {
                overflows++;
                flags |= ENTER_GETEVENTS; // brings what had no room
            }
            if (tail == submitted && !overflowed) {
                return;
            }
            wait = 0;
        }
    }

    /** Empties the kernel's completion queue. */
    private void take() {
        int head = Kernel.getInt(cqHead);
        int end = Kernel.getIntAcquire(cqTail);
        while (head != end) {
            long cqe = cqes + (long) (head & cqMask) * CQE_BYTES;
            long userData = Kernel.getLong(cqe);
            long resultAndFlags = Kernel.getLong(cqe + 8);
            head++;
            Kernel.putIntRelease(cqHead, head);
            if (userData >>> OP_SHIFT >= firstUrgent) {
                completions.atOnce(userData, (int) resultAndFlags);
            } else {
                keep(userData, resultAndFlags);
            }
        }
    }

    private void keep(long userData, long resultAndFlags) {
        if (waitingTo == waiting.length) {
            if (waitingFrom > 0) {
                System.arraycopy(waiting, waitingFrom, waiting, 0, waitingTo - waitingFrom);
                waitingTo -= waitingFrom;
                waitingFrom = 0;
            }
            if (waitingTo > waiting.length / 2) {
                waiting = Arrays.copyOf(waiting, waiting.length * 2);
            }
        }
        waiting[waitingTo++] = userData;
        waiting[waitingTo++] = resultAndFlags;
    }

    /** Hands the waiting completions to the owner; whether there were any. */
    public boolean dispatch() {
        boolean any = waitingFrom != waitingTo;
        while (waitingFrom != waitingTo) {
            long userData = waiting[waitingFrom++];
            long resultAndFlags = waiting[waitingFrom++];
            completions.on(userData, (int) resultAndFlags, (int) (resultAndFlags >>> 32));
        }
        waitingFrom = 0;
        waitingTo = 0;
        return any;
    }

    /** Copies a received buffer out and gives it back to the kernel. */
    public void takeBuffer(int completionFlags, byte[] into, int bytes) {
        buffers.take(completionFlags >>> 16, into, bytes);
    }

    public int bufferBytes() {
        return buffers.bufferBytes();
    }

    /** Whether this completion carries a buffer that has to be taken. */
    public static boolean hasBuffer(int completionFlags) {
        return (completionFlags & 1) != 0;
    }

    int fd() {
        return fd;
    }

    long overflows() {
        return overflows;
    }

    long sqeAddress(int index) {
        return sqes + (long) index * SQE_BYTES;
    }

    @Override
    public void close() {
        Kernel.close(errno, fd);
        Kernel.munmap(errno, sqes, (long) SQE_BYTES * sqEntries);
        Kernel.munmap(errno, ringMemory, ringBytes);
        Kernel.munmap(errno, waitArg, PAGE_BYTES);
        buffers.close(errno);
    }
}
