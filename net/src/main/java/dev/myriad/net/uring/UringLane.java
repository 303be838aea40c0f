package dev.myriad.net.uring;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import dev.myriad.net.Limit;
import dev.myriad.net.engine.Lane;
import dev.myriad.net.engine.Shard;
import dev.myriad.net.engine.Wire;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One ring as a place of connections: it accepts, receives, sends and closes. Confined to its
 * shard's thread.
 *
 * <h2>Sending in order</h2>
 *
 * A send that succeeds posts no completion; one that fails is known when the submission returns. So
 * a connection has at most one send in a submission: more bytes are appended to it if it is the
 * last one, else the submission is made first. One whose socket was full gets a {@link Backlog},
 * which is drained by sends that wait, one at a time.
 *
 * <p>A send that fails for good (the client has closed, and reset what came after) ends the output,
 * not the connection: what has come from the client may lie unread in its socket, and is received
 * until the end or the error behind it. What the kernel had not taken from the network when the
 * reset came is lost.
 *
 * <h2>Receiving in turns</h2>
 *
 * A receive stays armed for as long as its client sends, and takes buffers while there are any.
 * Once there is none, those that get nothing go on {@link Rations} until they have read all that
 * came.
 *
 * <h2>The life of a slot</h2>
 *
 * accept, receive armed -> ... -> the output is shut, once all has left -> the receive, the
 * shutting and the backlog's send end (by themselves, or cancelled) -> close -> free. The kernel
 * may hand the slot to the next connection before the completion of the close is seen: the
 * generation in the user data keeps their completions apart.
 */
final class UringLane implements Lane, Ring.Completions {
    private static final int STAGE_BYTES = 256 << 10;

    /** Of sends that are too large for the stage, until a submission is made for them. */
    private static final int LARGE_STAGES_MAX = 4;

    /** Between two tries to accept: to try at once would only burn the CPU. */
    private static final long ACCEPT_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final Line CANNOT =
            Log.of("dev.myriad.net.Acceptor").warning("cannot accept: {}");

    private static final int PEER_BYTES = 32;
    private static final int SO_PEERNAME = 28;
    private static final int AF_INET = 2;

    private final int index;
    private final UringShard shard;
    private final Ring ring;
    private final Listener listener;
    private final byte[] scratch;
    private final @Nullable UringWire[] slots;
    private int slotsUsed;
    private int generation;
    private boolean accepting;
    private boolean acceptingPlain;

    /** When to accept again after the kernel could not; 0 = it can. */
    private long acceptAgainNanos;

    private boolean freed;

    /** How often a receive found no buffer. */
    private long shortages;

    private final Rations<UringWire> rations;

    /** Bytes of the sends of one submission, then the peer addresses that it asks for. */
    private final NativeBytes stage;

    private int staged;
    private int stagedInBatch;
    private final List<NativeBytes> largeStages = new ArrayList<>();

    private @Nullable UringWire lastSender;
    private long lastSend;

    private byte[] shared = new byte[0];
    private long sharedAddress;
    private int sharedInBatch;

    private final ArrayList<UringWire> stalled = new ArrayList<>();
    private final ArrayList<UringWire> finishing = new ArrayList<>();

    UringLane(int index, UringShard shard, Listener listener, LaneSize size, byte[] scratch) {
        this.index = index;
        this.shard = shard;
        this.listener = listener;
        this.scratch = scratch;
        this.slots = new UringWire[size.slots()];
        this.rations = new Rations<>(Math.max(1, size.buffers() / 2));
        this.stage = new NativeBytes(STAGE_BYTES + size.submissions() * PEER_BYTES);
        try {
            this.ring =
                    new Ring(
                            size.submissions(),
                            size.completions(),
                            size.slots(),
                            size.buffers(),
                            size.bufferBytes(),
                            Op.FIRST_URGENT,
                            this);
        } catch (RuntimeException | Error e) {
            stage.close();
            throw e;
        }
    }

    Ring ring() {
        return ring;
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public Shard shard() {
        return shard;
    }

    long shortages() {
        return shortages;
    }

    // ---- accepting

    void startAccepting() {
        accepting = true;
        ring.accept(listener.fd(), Op.of(Op.ACCEPT, 0, 0));
    }

    void stopAccepting() {
        accepting = false;
        if (freed) {
            return;
        }
        ring.cancel(Op.of(Op.ACCEPT, 0, 0), Op.of(Op.CANCEL, 0, 0));
        ring.cancel(Op.of(Op.ACCEPT_PLAIN, 0, 0), Op.of(Op.CANCEL, 0, 0));
        ring.submit(); // nothing queued names the descriptor any more
        listener.close();
    }

    private void onAccept(int result, int flags) {
        if (result >= 0) {
            open(result);
        }
        if ((flags & Ring.MORE) == 0 && accepting) {
            if (result == -Kernel.ENFILE && slotsUsed == slots.length) {
                shard.tableIsFull();
                acceptPlain();
            } else if (isPassing(result)) {
                startAccepting();
            } else {
                acceptLater(-result);
            }
        } else if (!accepting && result >= 0) {
            UringWire wire = slots[result];
            if (wire != null) {
                close(wire);
            }
        }
    }

    /**
     * The table is full. The kernel has closed the connection for which it found no slot; those
     * that follow get an ordinary descriptor, a 503, and are closed.
     */
    private void acceptPlain() {
        acceptingPlain = true;
        ring.next(Ring.OP_ACCEPT, 0, listener.fd(), 0, 0, Op.of(Op.ACCEPT_PLAIN, 0, 0));
    }

    private void onAcceptPlain(int result) {
        acceptingPlain = false;
        if (result >= 0) {
            shard.tableIsFull(); // counted first: who hears of it finds it counted
            listener.refuse(result);
        }
        if (accepting && isPassing(result)) {
            acceptIntoWhatIsThere();
        } else if (accepting) {
            acceptLater(-result);
        }
    }

    private void acceptIntoWhatIsThere() {
        if (slotsUsed < slots.length) {
            startAccepting();
        } else {
            acceptPlain();
        }
    }

    /** Whether accepting goes on at once: it went well, or failed for that one connection. */
    private static boolean isPassing(int result) {
        return result >= 0
                || result == -Kernel.ECONNABORTED
                || result == -Kernel.ECANCELED
                || result == -Kernel.EINTR
                || result == -Kernel.EAGAIN;
    }

    /** There are no descriptors, or no memory, for anybody. */
    private void acceptLater(int error) {
        CANNOT.tell(Kernel.message(error));
        acceptAgainNanos = System.nanoTime() + ACCEPT_PAUSE_NANOS | 1;
    }

    private void acceptIfDue() {
        if (System.nanoTime() - acceptAgainNanos >= 0) {
            acceptAgainNanos = 0;
            if (accepting) {
                acceptIntoWhatIsThere();
            }
        }
    }

    private void open(int slot) {
        UringWire before = slots[slot];
        if (before != null) {
            forget(before);
        }
        generation = (generation + 1) & Op.GENERATION_MASK;
        UringWire wire = new UringWire(shard, this, slot, generation, ring.batch() - 1);
        slots[slot] = wire;
        slotsUsed++;
        int entry = peerEntry();
        ring.getSocketOption(
                slot,
                SO_PEERNAME,
                peerAddress(entry),
                listener.addressBytes(),
                Op.of(Op.PEER, entry, generation, slot));
        wire.start();
        receive(wire);
    }

    private int peerEntry() {
        ring.makeRoom();
        return ring.nextIndex();
    }

    private long peerAddress(int entry) {
        return stage.address() + STAGE_BYTES + (long) entry * PEER_BYTES;
    }

    private void onPeer(UringWire wire, int entry, int result) {
        if (result < 0) {
            return;
        }
        long address = peerAddress(entry);
        short port = Short.reverseBytes(Kernel.getShort(address + 2));
        if (Kernel.getShort(address) == AF_INET) {
            wire.peerIs(Kernel.getInt(address + 4), port);
        } else {
            byte[] ipv6 = new byte[16];
            Kernel.copyOut(address + 8, ipv6, 0, 16);
            wire.peerIs(ipv6, port);
        }
    }

    // ---- completions

    @Override
    public void on(long userData, int result, int flags) {
        int kind = Op.kind(userData);
        switch (kind) {
            case Op.ACCEPT -> onAccept(result, flags);
            case Op.ACCEPT_PLAIN -> onAcceptPlain(result);
            case Op.RECEIVE -> onReceive(userData, result, flags);
            case Op.CLOSE -> {
                UringWire wire = owner(userData);
                if (wire != null) {
                    forget(wire);
                }
            }
            case Op.SHUT -> onShut(userData);
            case Op.CANCEL -> {} // nothing was left to cancel
            case Op.WAKE -> shard.signalled();
            default -> throw new AssertionError("completion of kind " + kind);
        }
    }

    private @Nullable UringWire owner(long userData) {
        UringWire wire = slots[Op.slot(userData)];
        return wire != null && wire.generation == Op.generation(userData) ? wire : null;
    }

    private void onReceive(long userData, int result, int flags) {
        UringWire wire = owner(userData);
        boolean more = (flags & Ring.MORE) != 0;
        if (Ring.hasBuffer(flags)) {
            ring.takeBuffer(flags, scratch, Math.max(0, result));
        }
        if (wire == null) {
            return;
        }
        if (!more) {
            wire.receiving = false;
        }
        if (wire.closing) {
            close(wire);
        } else if (result > 0) {
            wire.heard(scratch, result);
            if (!more && !wire.closing) {
                receiveNext(wire, result == ring.bufferBytes());
            }
        } else if (result == -Kernel.ENOBUFS || result == -Kernel.EINTR) {
            shortages++;
            if (!more) {
                wire.rationed = true;
                rations.starved(wire);
            }
        } else if (result < 0 || wire.shut || !(wire.finishing || wire.awaits())) {
            close(wire);
        }
    }

    /** Who had a whole buffer probably has more to be read, and waits for the others. */
    private void receiveNext(UringWire wire, boolean whole) {
        if (whole) {
            wire.rationed = true;
            rations.served(wire);
        } else {
            receive(wire);
        }
    }

    private void receive(UringWire wire) {
        wire.receiving = true;
        ring.receive(wire.slot, Op.of(Op.RECEIVE, wire.generation, wire.slot));
    }

    /** Arms the receives of this turn for those that are on rations, a buffer each. */
    private void ration() {
        for (UringWire wire = rations.first(); wire != null; wire = rations.next()) {
            wire.rationed = false;
            if (!wire.closing) {
                wire.receiving = true;
                ring.receiveOnce(wire.slot, Op.of(Op.RECEIVE, wire.generation, wire.slot));
            }
        }
    }

    // ---- sending

    void transmit(UringWire wire, byte[] bytes) {
        if (wire.closing || wire.finishing || bytes.length == 0) {
            return;
        }
        wire.sent(bytes.length);
        if (wire.backlog == null && wire.sentInBatch == ring.batch()) {
            if (wire == lastSender && append(bytes)) {
                return;
            }
            ring.submit(); // settles the send that is queued
        }
        if (wire.backlog != null) {
            queue(wire, wire.backlog, bytes);
        } else {
            long address = stage(bytes);
            lastSend = sendNow(wire, address, bytes.length);
            lastSender = wire;
        }
    }

    /** Whether the bytes could be appended to the last send, which is the same connection's. */
    private boolean append(byte[] bytes) {
        if (stagedInBatch != ring.batch() || staged + bytes.length > STAGE_BYTES) {
            return false;
        }
        int length = Kernel.getInt(lastSend + 24);
        if (Kernel.getLong(lastSend + 16) + length != stage.address() + staged) {
            return false;
        }
        Kernel.copyIn(bytes, 0, stage.address() + staged, bytes.length);
        staged += bytes.length;
        Kernel.putInt(lastSend + 24, length + bytes.length);
        return true;
    }

    private long sendNow(UringWire wire, long address, int length) {
        int entry = ring.nextIndex();
        long sqe =
                ring.sendNow(
                        wire.slot,
                        address,
                        length,
                        Op.of(Op.SEND_NOW, entry, wire.generation, wire.slot));
        wire.sentInBatch = ring.batch();
        return sqe;
    }

    /** Where the bytes lie until the submission; room for one more entry is there too. */
    private long stage(byte[] bytes) {
        ring.makeRoom();
        if (stagedInBatch != ring.batch()) {
            stagedInBatch = ring.batch();
            staged = 0;
            freeLargeStages();
        }
        if (bytes.length > STAGE_BYTES) {
            if (largeStages.size() == LARGE_STAGES_MAX) {
                ring.submit();
                return stage(bytes);
            }
            NativeBytes large = new NativeBytes(bytes.length);
            largeStages.add(large);
            Kernel.copyIn(bytes, 0, large.address(), bytes.length);
            return large.address();
        }
        if (staged + bytes.length > STAGE_BYTES) {
            ring.submit();
            return stage(bytes);
        }
        long address = stage.address() + staged;
        Kernel.copyIn(bytes, 0, address, bytes.length);
        staged += bytes.length;
        return address;
    }

    private void freeLargeStages() {
        if (!largeStages.isEmpty()) {
            largeStages.forEach(NativeBytes::close);
            largeStages.clear();
        }
    }

    @Override
    public void shareBegins(byte[] frames) {
        shared = frames;
        sharedInBatch = ring.batch() - 1;
        lastSender = null;
    }

    @Override
    public void share(Wire member) {
        UringWire wire = (UringWire) member;
        if (wire.closing || wire.finishing) {
            return;
        }
        wire.sent(shared.length);
        if (wire.backlog == null) {
            if (wire.sentInBatch == ring.batch()) {
                ring.submit();
            }
            ring.makeRoom();
        }
        if (wire.backlog != null) {
            queue(wire, wire.backlog, shared);
            return;
        }
        if (sharedInBatch != ring.batch()) {
            sharedAddress = stage(shared);
            sharedInBatch = ring.batch();
        }
        sendNow(wire, sharedAddress, shared.length);
    }

    @Override
    public void shareEnds() {
        lastSender = null;
    }

    /** Finds out whether the socket has taken what was sent last. */
    void settle(UringWire wire) {
        if (wire.backlog == null && wire.sentInBatch == ring.batch()) {
            ring.submit();
        }
    }

    private void queue(UringWire wire, Backlog backlog, byte[] bytes) {
        backlog.add(bytes);
        if (backlog.cost() > wire.outboundBytesMax()) {
            wire.overflowed(Limit.OUTBOUND_BYTES_MAX);
        } else if (!wire.chargeBacklog(backlog)) {
            wire.overflowed(Limit.OUTBOUND_MEMORY_PERCENT);
        }
    }

    @Override
    public void atOnce(long userData, int result) {
        UringWire wire = owner(userData);
        if (wire == null) {
            return;
        }
        switch (Op.kind(userData)) {
            case Op.PEER -> onPeer(wire, Op.entry(userData), result);
            case Op.SEND_ALL -> onSentAll(wire, result);
            default -> onSendFailed(wire, userData, result);
        }
    }

    private void onSentAll(UringWire wire, int result) {
        wire.sendingAll = false;
        stalled.add(wire);
        Backlog backlog = wire.backlog;
        int length = backlog == null ? 0 : backlog.releaseChunk();
        if (result < length) { // an error, or a stream with a hole
            wire.dropBacklog();
            wire.finishing = true;
        } else if (backlog != null) {
            boolean _ = wire.chargeBacklog(backlog); // it is less than before
        }
    }

    private void onSendFailed(UringWire wire, long userData, int result) {
        long sqe = ring.sqeAddress(Op.entry(userData));
        int length = Kernel.getInt(sqe + 24);
        if (result >= 0 || result == -Kernel.EAGAIN || result == -Kernel.ENOBUFS) {
            int sent = Math.max(0, result);
            Backlog backlog = new Backlog();
            backlog.startWith(Kernel.getLong(sqe + 16) + sent, length - sent);
            wire.backlog = backlog;
            wire.stalled();
        } else {
            wire.finishing = true;
        }
        stalled.add(wire);
    }

    /** What was left to do when completions of sends were seen, or a wire asked to be finished. */
    private void settle() {
        for (int i = 0; i < finishing.size(); i++) {
            UringWire wire = finishing.get(i);
            if (wire.backlog == null) {
                shutOutput(wire);
            }
        }
        finishing.clear();
        for (int i = 0; i < stalled.size(); i++) {
            UringWire wire = stalled.get(i);
            if (wire.closing) {
                close(wire);
            } else if (!wire.sendingAll) {
                drain(wire);
            }
        }
        stalled.clear();
    }

    private void drain(UringWire wire) {
        Backlog backlog = wire.backlog;
        if (backlog != null && !wire.chargeBacklog(backlog)) {
            wire.overflowed(Limit.OUTBOUND_MEMORY_PERCENT);
            return;
        }
        NativeBytes chunk = backlog == null ? null : backlog.nextChunk();
        if (chunk == null) {
            wire.dropBacklog();
            if (wire.finishing) {
                shutOutput(wire);
            }
            return;
        }
        wire.sendingAll = true;
        ring.sendAll(
                wire.slot,
                chunk.address(),
                chunk.length(),
                Op.of(Op.SEND_ALL, wire.generation, wire.slot));
    }

    /** Shuts the wire's output after the submission that carries its last bytes. */
    void finishLater(UringWire wire) {
        finishing.add(wire);
    }

    // ---- closing

    /**
     * All has left, or cannot leave: what remains is the client's end, if that has not come yet.
     */
    private void shutOutput(UringWire wire) {
        if (wire.closing || wire.shut) {
            return;
        }
        if (!wire.receiving && !wire.rationed) {
            close(wire); // both ends are through
            return;
        }
        wire.shut = true;
        wire.shutting = true;
        ring.shutOutput(wire.slot, Op.of(Op.SHUT, wire.generation, wire.slot));
    }

    private void onShut(long userData) {
        UringWire wire = owner(userData);
        if (wire != null) {
            wire.shutting = false;
            if (wire.closing) {
                close(wire);
            }
        }
    }

    /** Goes on with closing as far as it can; called again whenever something of it has ended. */
    void close(UringWire wire) {
        wire.closing = true;
        if (slots[wire.slot] != wire) {
            return;
        }
        wire.ended();
        if (!wire.sendingAll) {
            wire.dropBacklog();
        }
        if (wire.receiving && !wire.receiveCancelled) {
            wire.receiveCancelled = true;
            ring.cancel(
                    Op.of(Op.RECEIVE, wire.generation, wire.slot),
                    Op.of(Op.CANCEL, wire.generation, wire.slot));
        }
        if (wire.sendingAll && !wire.sendCancelled) {
            wire.sendCancelled = true;
            ring.cancel(
                    Op.of(Op.SEND_ALL, wire.generation, wire.slot),
                    Op.of(Op.CANCEL, wire.generation, wire.slot));
        }
        if (!wire.receiving && !wire.sendingAll && !wire.shutting && !wire.closeQueued) {
            wire.closeQueued = true;
            ring.closeSlot(wire.slot, Op.of(Op.CLOSE, wire.generation, wire.slot));
        }
    }

    private void forget(UringWire wire) {
        if (slots[wire.slot] == wire) {
            slots[wire.slot] = null;
            slotsUsed--;
            if (acceptingPlain) { // there is room again
                ring.cancel(Op.of(Op.ACCEPT_PLAIN, 0, 0), Op.of(Op.CANCEL, 0, 0));
            }
            Backlog backlog = wire.backlog;
            if (backlog != null) {
                backlog.releaseChunk();
                wire.dropBacklog();
            }
        }
    }

    // ---- the shard's turn

    /** Submits, takes and handles completions; whether there was anything. */
    boolean work() {
        if (acceptAgainNanos != 0) {
            acceptIfDue();
        }
        if (!ring.hasQueued()
                && !ring.hasWork()
                && stalled.isEmpty()
                && finishing.isEmpty()
                && rations.isEmpty()) {
            return false;
        }
        ration();
        ring.flush();
        lastSender = null;
        settle();
        ring.dispatch();
        return true;
    }

    /** Closes the listener, too: the kernel would go on giving it connections. */
    void free() {
        freed = true;
        listener.close();
        ring.close();
        for (UringWire wire : slots) {
            Backlog backlog = wire == null ? null : wire.backlog;
            if (wire != null && backlog != null) {
                backlog.releaseChunk();
                wire.dropBacklog();
            }
        }
        Arrays.fill(slots, null);
        rations.clear();
        stalled.clear();
        finishing.clear();
        freeLargeStages();
        stage.close();
    }
}
