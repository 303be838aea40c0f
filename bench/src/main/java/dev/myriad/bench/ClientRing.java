package dev.myriad.bench;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.myriad.net.uring.Kernel;
import dev.myriad.net.uring.Ring;
import dev.myriad.protocol.FrameEncoder;
import dev.myriad.protocol.ProtocolException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Clients that share a ring: client number {@code first + slot} lives in that slot of the ring's
 * table. Confined to its thread.
 *
 * <p>Two million clients have to fit beside the server, so a client is an entry in a few primitive
 * arrays; only one that holds half a frame owns an object.
 *
 * <p>The life of a slot: socket, bind and connect as one linked chain; upgrade request; join;
 * joined. Whatever ends it cancels the receive, closes the slot and, if that is wanted, starts over
 * under the next generation, which tells late completions apart.
 */
final class ClientRing implements Ring.Completions {
    private static final int SQ_ENTRIES = 512;
    private static final int CHAIN = 3;
    private static final int STAGE_BYTES = 128 << 10;

    private static final int OPEN = 1;
    private static final int RECEIVE = 2;
    private static final int CANCEL = 3;
    private static final int CLOSE = 4;
    private static final int FIRST_URGENT = 5;
    private static final int SEND = 5;
    private static final int OPTION = 6;

    private static final byte NEW = 0;
    private static final byte OPENING = 1;
    private static final byte UPGRADING = 2;
    private static final byte JOINING = 3;
    private static final byte JOINED = 4;
    private static final byte CLOSING = 5;
    private static final byte GONE = 6;

    private static final int AF_INET = 2;
    private static final int SOCK_STREAM = 1;
    private static final int SOL_SOCKET = 1;
    private static final int SO_LINGER = 13;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_NODELAY = 1;

    private static final byte[] SWITCHING = "HTTP/1.1 101 ".getBytes(US_ASCII);

    private final ClientThread thread;
    private final Plan plan;
    private final int index;
    private final int first;
    private final Ring ring;
    private final Count.Board counts;

    private final byte[] phase;
    private final byte[] generation;
    private final byte[] attempts;
    private final int[] nextSequence;
    private final boolean[] receiving;
    private final Map<Integer, byte[]> halves = new HashMap<>();
    private final Map<Integer, SharedFrames.Part> parts = new HashMap<>();
    private @Nullable Follower follower;
    private int source;
    private boolean comesBack;

    private final byte[] scratch;
    private final FrameScanner scanner = new FrameScanner();
    private final byte[] broadcastStart;
    private final byte[] expectedAccept;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment server;
    private final MemorySegment on = arena.allocateFrom(JAVA_INT, 1);
    private final MemorySegment lingerNot = arena.allocateFrom(JAVA_INT, 1, 0);
    private final MemorySegment stage;
    private int staged;
    private int stagedInBatch = -1;

    /**
     * @param index of the ring in its fleet
     * @param first the number of the client in slot 0
     */
    ClientRing(ClientThread thread, Plan plan, int index, int first, int clients) {
        this.thread = thread;
        this.plan = plan;
        this.index = index;
        this.first = first;
        this.counts = thread.counts();
        this.phase = new byte[clients];
        this.generation = new byte[clients];
        this.attempts = new byte[clients];
        this.nextSequence = new int[clients];
        this.receiving = new boolean[clients];
        this.scratch = new byte[plan.bufferBytes()];
        this.broadcastStart = plan.messages().broadcastStart();
        this.expectedAccept = plan.messages().expectedAccept().getBytes(US_ASCII);
        this.stage =
                arena.allocate(Math.max(STAGE_BYTES, 4L * (plan.messages().payloadLength() + 512)));
        this.server =
                arena.allocateFrom(
                        JAVA_BYTE, Sources.address(plan.target().address(), plan.target().port()));
        this.source = plan.source();
        this.ring =
                new Ring(
                        SQ_ENTRIES,
                        plan.completionQueue(),
                        Math.max(1, clients),
                        plan.buffersPerRing(),
                        plan.bufferBytes(),
                        FIRST_URGENT,
                        this);
    }

    int clients() {
        return phase.length;
    }

    /** The number of the client in a slot, in its fleet. */
    int client(int slot) {
        return first + slot;
    }

    void comeFrom(int block) {
        source = block;
    }

    /** Lets those who connect from now on do so to another server. */
    void goTo(Target other) {
        byte[] address = Sources.address(other.address(), other.port());
        MemorySegment.copy(address, 0, server, JAVA_BYTE, 0, address.length);
    }

    /** Lets somebody else understand what is broadcast. To be called before any client connects. */
    void follow(Follower by) {
        follower = by;
    }

    // ---- connecting

    void connect(int slot) {
        if (phase[slot] != NEW && phase[slot] != GONE) {
            return;
        }
        counts.add(Count.ATTEMPTED, 1);
        phase[slot] = OPENING;
        generation[slot]++;
        nextSequence[slot] = 0;
        byte[] address = Sources.address(source, index, slot, attempts[slot]);
        long from = stage(address, CHAIN);
        int quiet = Ring.SKIP_SUCCESS | Ring.IO_LINK;
        long user = user(OPEN, slot);
        long socket = ring.next(Ring.OP_SOCKET, quiet, AF_INET, 0, 0, user);
        Ring.offset(socket, SOCK_STREAM);
        Ring.fileIndex(socket, slot + 1);
        if (plan.target().isLoopback()) {
            int flags = quiet | Ring.FIXED_FILE;
            long bind = ring.next(Ring.OP_BIND, flags, slot, from, 0, user);
            Ring.offset(bind, Sources.SOCKADDR_BYTES);
        }
        long connect = ring.next(Ring.OP_CONNECT, Ring.FIXED_FILE, slot, server.address(), 0, user);
        Ring.offset(connect, Sources.SOCKADDR_BYTES);
    }

    private void onOpen(int slot, int result) {
        if (result < 0) {
            thread.failed("connect: " + Kernel.message(-result));
            end(slot);
            return;
        }
        phase[slot] = UPGRADING;
        receive(slot);
        send(slot, plan.messages().upgrade());
    }

    /** Reads the server's response and returns the index after it, or -1 if it is not all there. */
    private int onResponse(int slot, byte[] bytes, int to) {
        int end = endOfHead(bytes, to);
        if (end < 0) {
            return -1;
        }
        if (!Answer.startsWith(bytes, 0, end, SWITCHING) || !contains(bytes, end, expectedAccept)) {
            String head = new String(bytes, 0, end, US_ASCII);
            thread.failed("the upgrade was answered by " + head.lines().findFirst().orElse(""));
            end(slot);
            return to;
        }
        phase[slot] = JOINING;
        send(
                slot,
                follower == null ? plan.messages().join(client(slot)) : follower.join(this, slot));
        return end;
    }

    private static int endOfHead(byte[] bytes, int to) {
        for (int i = 3; i < to; i++) {
            if (bytes[i] == '\n' && bytes[i - 2] == '\n') {
                return i + 1;
            }
        }
        return -1;
    }

    private static boolean contains(byte[] bytes, int to, byte[] part) {
        for (int i = 0; i <= to - part.length; i++) {
            if (bytes[i] == part[0] && Answer.startsWith(bytes, i, to, part)) {
                return true;
            }
        }
        return false;
    }

    private void onJoined(int slot, boolean ok) {
        if (!ok || phase[slot] != JOINING) {
            thread.failed("the join was refused");
            end(slot);
            return;
        }
        phase[slot] = JOINED;
        attempts[slot] = 0;
        counts.add(Count.JOINED, 1);
        thread.arrived();
    }

    // ---- ending

    /** Ends every client at once, with a reset or an orderly end of the stream. */
    void dropAll(boolean reset) {
        for (int slot = 0; slot < phase.length; slot++) {
            drop(slot, reset);
        }
    }

    /** Ends a client, if it is joined; whether it was. */
    boolean drop(int slot, boolean reset) {
        if (phase[slot] != JOINED) {
            return false;
        }
        if (reset) {
            option(slot, SOL_SOCKET, SO_LINGER, lingerNot);
        }
        counts.add(Count.JOINED, -1);
        phase[slot] = CLOSING;
        shut(slot);
        return true;
    }

    /** Whether clients that end, or fail to connect, try again. */
    void comesBack(boolean comesBack) {
        this.comesBack = comesBack;
    }

    private void end(int slot) {
        byte before = phase[slot];
        if (before == CLOSING || before == GONE) {
            return;
        }
        if (before == JOINED) {
            counts.add(Count.JOINED, -1);
            counts.add(Count.LOST, 1);
        } else {
            attempts[slot]++;
        }
        phase[slot] = CLOSING;
        shut(slot);
    }

    private void shut(int slot) {
        halves.remove(slot);
        parts.remove(slot);
        if (receiving[slot]) {
            ring.cancel(user(RECEIVE, slot), user(CANCEL, slot));
        } else {
            ring.closeSlot(slot, user(CLOSE, slot));
        }
    }

    /** The slot is free, whatever the close returned: it fails if there never was a socket. */
    private void onClosed(int slot) {
        phase[slot] = GONE;
        boolean failed = attempts[slot] > 0;
        if (failed) {
            thread.left();
        }
        if (attempts[slot] >= Plan.ATTEMPTS_MAX) {
            counts.add(Count.GAVE_UP, 1);
        } else if (failed || comesBack) {
            thread.again(this, slot, failed);
        } else if (follower != null) {
            follower.gone(this, slot);
        }
    }

    // ---- completions

    @Override
    public void on(long userData, int result, int flags) {
        int slot = (int) userData;
        boolean current = (byte) (userData >>> 32) == generation[slot];
        int kind = (int) (userData >>> 56);
        if (kind == RECEIVE) {
            onReceive(slot, current, result, flags);
        } else if (current && kind == OPEN) {
            onOpen(slot, result);
        } else if (current && kind == CLOSE) {
            onClosed(slot);
        }
    }

    @Override
    public void atOnce(long userData, int result) {
        if ((int) (userData >>> 56) == SEND) {
            counts.add(Count.SENDS_FAILED, 1);
        }
    }

    private void onReceive(int slot, boolean current, int result, int flags) {
        if (Ring.hasBuffer(flags)) {
            ring.takeBuffer(flags, scratch, Math.max(0, result));
        }
        if (!current) {
            return;
        }
        boolean more = (flags & Ring.MORE) != 0;
        if (!more) {
            receiving[slot] = false;
        }
        if (phase[slot] == CLOSING) {
            if (!more) {
                shut(slot);
            }
        } else if (result > 0) {
            heard(slot, result);
            if (!more && phase[slot] != CLOSING) {
                receive(slot);
            }
        } else if (result == -Kernel.ENOBUFS) {
            counts.add(Count.BUFFERS_MISSING, 1);
            if (!more) {
                receive(slot);
            }
        } else {
            thread.failed(
                    result == 0
                            ? "the server closed the connection"
                            : "receive: " + Kernel.message(-result));
            end(slot);
        }
    }

    private void receive(int slot) {
        receiving[slot] = true;
        ring.receive(slot, user(RECEIVE, slot));
    }

    private long user(int kind, int slot) {
        return (long) kind << 56 | (generation[slot] & 0xFFL) << 32 | slot;
    }

    // ---- what the server says

    private void heard(int slot, int length) {
        byte[] bytes = scratch;
        int to = length;
        if (!halves.isEmpty()) {
            byte[] half = halves.remove(slot);
            if (half != null) {
                bytes = Arrays.copyOf(half, half.length + length);
                System.arraycopy(scratch, 0, bytes, half.length, length);
                to = bytes.length;
            }
        }
        int from = follower == null ? 0 : onPart(follower, slot, bytes, to);
        if (phase[slot] == UPGRADING) {
            from = onResponse(slot, bytes, to);
            if (from < 0) {
                halves.put(slot, Arrays.copyOf(bytes, to));
                return;
            }
        }
        try {
            scanner.over(bytes, from, to);
            while (scanner.next()) {
                onFrame(slot, bytes, scanner.from(), scanner.to());
            }
        } catch (ProtocolException e) {
            thread.failed(String.valueOf(e.getMessage()));
            end(slot);
        }
        if (scanner.rest() < to && phase[slot] != CLOSING) {
            if (follower != null && scanner.partLength() > plan.bufferBytes()) {
                SharedFrames.Part part = new SharedFrames.Part(scanner.partLength());
                parts.put(slot, part);
                int _ = follower.frames().take(part, bytes, scanner.partFrom(), to);
                return;
            }
            halves.put(slot, Arrays.copyOfRange(bytes, scanner.rest(), to));
        }
    }

    /** Goes on with a large message; returns the index after what belongs to it. */
    private int onPart(Follower following, int slot, byte[] bytes, int to) {
        SharedFrames.Part part = parts.get(slot);
        if (part == null) {
            return 0;
        }
        int taken = following.frames().take(part, bytes, 0, to);
        if (part.isWhole()) {
            parts.remove(slot);
            SharedFrame frame = part.frame();
            if (Answer.isBroadcast(frame.bytes, 0, frame.bytes.length)) {
                following.heard(this, slot, frame);
            } else {
                onReply(slot, frame.bytes, 0, frame.bytes.length);
            }
        }
        return taken;
    }

    private void onFrame(int slot, byte[] bytes, int from, int to) {
        switch (scanner.opcode()) {
            case FrameEncoder.TEXT -> {
                if (!Answer.isBroadcast(bytes, from, to)) {
                    onReply(slot, bytes, from, to);
                } else if (follower != null) {
                    follower.heard(this, slot, bytes, from, to);
                } else {
                    onBroadcast(slot, bytes, from, to);
                }
            }
            case FrameEncoder.PING ->
                    send(slot, FrameEncoder.maskedFrame(FrameEncoder.PONG, bytes, from, to, 1));
            case FrameEncoder.CLOSE -> {} // the end of the stream follows
            default -> counts.add(Count.UNEXPECTED, 1);
        }
    }

    private void onBroadcast(int slot, byte[] bytes, int from, int to) {
        int digits = from + broadcastStart.length;
        if (to - from != plan.messages().broadcastLength()
                || !Answer.startsWith(bytes, from, to, broadcastStart)) {
            counts.add(Count.UNEXPECTED, 1);
            return;
        }
        int sequence = Answer.number(bytes, digits, digits + Messages.SEQUENCE_DIGITS);
        if (sequence < 0) {
            counts.add(Count.UNEXPECTED, 1);
            return;
        }
        if (sequence != nextSequence[slot]) {
            counts.add(Count.OUT_OF_ORDER, 1);
        }
        nextSequence[slot] = sequence + 1;
        thread.delivered(sequence);
    }

    private void onReply(int slot, byte[] bytes, int from, int to) {
        int ref = Answer.ref(bytes, from, to);
        boolean ok = Answer.isOk(bytes, from, to);
        if (follower != null && ref < Messages.ECHO_REF && phase[slot] == JOINED) {
            follower.answered(this, slot, ref, bytes, from, to);
        } else if (ref == Messages.JOIN_REF) {
            onJoined(slot, ok);
            if (follower != null && phase[slot] == JOINED) {
                follower.joined(this, slot, bytes, from, to);
            }
        } else if (!ok) {
            counts.add(Count.UNEXPECTED, 1);
        } else if (ref == Messages.HEARTBEAT_REF) {
            counts.add(Count.HEARTBEATS_ANSWERED, 1);
        } else if (ref >= Messages.ECHO_REF && to - from > plan.messages().payloadLength()) {
            thread.echoed(this, slot, ref);
        } else {
            counts.add(Count.UNEXPECTED, 1);
        }
    }

    // ---- sending

    boolean isJoined(int slot) {
        return phase[slot] == JOINED;
    }

    /** Sends whatever is acknowledged meanwhile or not, as a client does that hurries. */
    void noDelay(int slot) {
        option(slot, IPPROTO_TCP, TCP_NODELAY, on);
    }

    private void option(int slot, int level, int name, MemorySegment value) {
        ring.setSocketOption(
                slot, level, name, value.address(), (int) value.byteSize(), user(OPTION, slot));
    }

    /** Sends a heartbeat for each client that is joined, and returns how many these are. */
    int heartbeats() {
        int sent = 0;
        for (int slot = 0; slot < phase.length; slot++) {
            if (phase[slot] == JOINED) {
                send(slot, plan.messages().heartbeat());
                sent++;
            }
        }
        return sent;
    }

    /** Queues a frame; the bytes may be changed afterwards. */
    void send(int slot, byte[] frame) {
        long address = stage(frame, 1);
        ring.sendNow(slot, address, frame.length, user(SEND, slot));
    }

    /**
     * Keeps bytes where the next entries of the queue can point at them until they are submitted,
     * and makes room for so many entries, which must not be submitted apart.
     */
    private long stage(byte[] bytes, int entries) {
        if (ring.room() < entries || staged + bytes.length > stage.byteSize()) {
            ring.submit();
        }
        if (stagedInBatch != ring.batch()) {
            stagedInBatch = ring.batch();
            staged = 0;
        }
        long address = stage.address() + staged;
        MemorySegment.copy(bytes, 0, stage, JAVA_BYTE, staged, bytes.length);
        staged += bytes.length;
        return address;
    }

    // ---- the thread's turn

    boolean hasWork() {
        return ring.hasQueued() || ring.hasWork();
    }

    /** Submits, waits for so many completions or until the time is up, and handles them. */
    void work(int completions, long nanosMax) {
        ring.await(completions, nanosMax);
        ring.dispatch();
    }

    void close() {
        ring.close();
        arena.close();
    }
}
