package dev.myriad.net.engine;

import dev.myriad.net.Budget;
import dev.myriad.net.Limit;
import dev.myriad.net.Receipt;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The members of one group on one lane: a dense array, and the frames that it has yet to get.
 * Confined to its shard's thread.
 *
 * <h2>One circular scan for all sends</h2>
 *
 * A cursor goes round the array in slices, for as long as anything is to be sent. A send joins the
 * scan where the cursor is and leaves it one round later; so whoever the cursor comes by gets all
 * that is under way in one piece. A publisher that is faster than the round costs fewer system
 * calls a message, not a longer queue. Only {@link #BATCH_BYTES} are under way at a time; what is
 * beyond them waits.
 *
 * <h2>Who gets what</h2>
 *
 * A send reaches exactly those that were members when it was asked for and still are when the
 * cursor comes by:
 *
 * <ul>
 *   <li>one who joins is appended, beyond the {@code end} that each pending send has noted;
 *   <li>one who leaves becomes a hole while anything is pending; closing the hole at once by moving
 *       the last member into it would let that one miss a send, or get it twice;
 *   <li>holes are closed when nothing is pending, or once they are many: then all noted positions
 *       are moved along.
 * </ul>
 *
 * A send may leave one member out, or have something else for it. Whoever is left out of something
 * that the cursor carries gets the rest of it in a piece of its own; all others share theirs.
 */
final class Members {
    /** Frames that are to reach the first {@code end} members. */
    private static final class Pending {
        final byte[] frames;
        int end;

        /** The position of the one member that it leaves out, if there is one. */
        int exceptAt;

        /** Where the cursor was when it joined the scan: there it leaves it, after a wrap. */
        int start;

        boolean wrapped;

        /** What the one left out gets in its place. */
        final byte[] instead;

        final @Nullable Receipt receipt;

        Pending(byte[] frames, int exceptAt, int end, byte[] instead, @Nullable Receipt receipt) {
            this.frames = frames;
            this.exceptAt = exceptAt;
            this.end = end;
            this.instead = instead;
            this.receipt = receipt;
        }

        byte[] framesAt(int index) {
            return index == exceptAt ? instead : frames;
        }

        /** The first position that it does not reach in this round. */
        int stop() {
            return wrapped ? start : end;
        }

        boolean isThrough(int cursor) {
            return wrapped && cursor >= start;
        }
    }

    /** The most bytes that are put together for one member; a larger piece would save no more. */
    private static final int BATCH_BYTES = 16 << 10;

    /** Sending so many bytes costs about as much as a delivery does whatever its size. */
    private static final int BYTES_A_DELIVERY = 2 << 10;

    private static final int UNKNOWN = -1;

    /** At no index: nobody is left out of what goes there. */
    private static final int UNKNOWN_MEMBER = -2;

    private static final byte[] NOTHING = {};

    private final ShardedGroup group;
    private final Lane lane;
    private @Nullable Wire[] wires = new Wire[2];
    private int size;
    private int holes;
    private int cursor;

    /** The sends that the cursor carries, oldest first, and those that wait to join them. */
    private final ArrayList<Pending> scan = new ArrayList<>(0);

    private int scanBytes;
    private @Nullable ArrayDeque<Pending> waiting;
    private int waitingBytes;

    /** From the cursor to {@code batchEnd}, the sends of the scan from this one on are due. */
    private int batchFrom = UNKNOWN;

    private int batchEnd;
    private byte[] batch = NOTHING;

    /** The next position, from the cursor on, whose member is not to get all of the batch. */
    private int exceptedAt;

    Members(ShardedGroup group, Lane lane) {
        this.group = group;
        this.lane = lane;
    }

    /** Whether it was not a member before. */
    boolean add(Wire wire) {
        if (find(wire) != null) {
            return false;
        }
        if (size == wires.length) {
            wires = Arrays.copyOf(wires, size * 2);
        }
        wires[size] = wire;
        wire.memberships = new Membership(this, size, wire.memberships);
        size++;
        return true;
    }

    /** Whether it was a member. */
    boolean remove(Wire wire) {
        Membership before = null;
        for (Membership m = wire.memberships; m != null; before = m, m = m.next) {
            if (m.members == this) {
                if (before == null) {
                    wire.memberships = m.next;
                } else {
                    before.next = m.next;
                }
                vacate(m.index);
                return true;
            }
        }
        return false;
    }

    /** Takes the member at an index out; the wire takes its membership off its own list itself. */
    void vacate(int index) {
        if (isBusy()) {
            wires[index] = null;
            holes++;
        } else {
            size--;
            Wire last = wires[size];
            wires[size] = null;
            if (index != size && last != null) {
                wires[index] = last;
                membershipOf(last).index = index;
            }
            if (size < wires.length / 4 && wires.length > 8) {
                wires = Arrays.copyOf(wires, wires.length / 2);
            }
        }
        group.left(lane);
        dropIfEmpty();
    }

    /**
     * Whether this was the first pending send, so that the caller has to schedule it. One for which
     * there is no room is dropped: its publisher sends faster than all members can be served.
     */
    boolean enqueue(
            byte[] frames, @Nullable Wire except, byte[] instead, @Nullable Receipt receipt) {
        boolean first = !isBusy();
        Membership excepted = except == null || except.lane() != lane ? null : find(except);
        int exceptAt = excepted == null ? UNKNOWN : excepted.index;
        Pending send = new Pending(frames, exceptAt, size, instead, receipt);
        boolean fits = fits(send);
        if (!fits
                && waitingBytes + frames.length
                        > lane.shard().limits().of(Limit.GROUP_WAITING_BYTES_MAX)) {
            drop(Limit.GROUP_WAITING_BYTES_MAX, receipt);
            return false;
        }
        int present = scanBytes + waitingBytes;
        if (!budget().move(present, present + frames.length)) {
            drop(Limit.BROADCASTS_MEMORY_PERCENT, receipt);
            return false;
        }
        if (fits) {
            admit(send);
        } else {
            if (waiting == null) {
                waiting = new ArrayDeque<>(4);
            }
            waiting.add(send);
            waitingBytes += frames.length;
        }
        if (receipt != null) {
            receipt.begin(); // it is in the scan or waits, and ends when it leaves it
        }
        return first;
    }

    private Budget budget() {
        return lane.shard().broadcasts();
    }

    private void drop(Limit limit, @Nullable Receipt receipt) {
        lane.shard().dropped(limit);
        if (receipt != null) {
            receipt.dropped();
        }
    }

    /** Whether frames are pending. */
    boolean isBusy() {
        return !scan.isEmpty();
    }

    /** Sends to members for at most {@code budget} deliveries' time; returns how much it took. */
    int slice(int budget) {
        if (batchFrom == UNKNOWN && !findBatch()) {
            return 0;
        }
        int weight = 1 + batch.length / BYTES_A_DELIVERY;
        int from = cursor;
        int to = Math.min(batchEnd, from + Math.max(1, budget / weight));
        int delivered = 0;
        lane.shareBegins(batch);
        for (int i = from; i < to; i++) {
            Wire wire = wires[i];
            if (i == exceptedAt) {
                exceptedAt = nextExcepted(i + 1);
                if (wire != null) {
                    sendOthers(wire, i);
                }
            } else if (wire != null) {
                lane.share(wire);
                delivered++;
            }
        }
        lane.shareEnds();
        lane.shard().counters.framesOut += (long) delivered * (scan.size() - batchFrom - 1);
        cursor = to;
        if (to == batchEnd) {
            advance();
        }
        return (to - from) * weight;
    }

    // ---- the scan

    private boolean fits(Pending send) {
        return scan.isEmpty()
                || (waitingBytes == 0 && scanBytes + send.frames.length <= BATCH_BYTES);
    }

    private void admit(Pending send) {
        send.start = Math.min(cursor, send.end);
        scan.add(send);
        scanBytes += send.frames.length;
        batchFrom = UNKNOWN;
    }

    /** What is due at the cursor, and how far that is the same; false if nothing is left to do. */
    private boolean findBatch() {
        advance();
        if (!isBusy()) {
            return false;
        }
        // Ends grow from the oldest to the newest, so those that reach the cursor are the last
        // ones.
        batchFrom = scan.size() - 1;
        while (batchFrom > 0 && cursor < scan.get(batchFrom - 1).stop()) {
            batchFrom--;
        }
        batchEnd = scan.get(batchFrom).stop();
        for (Pending send : due()) {
            batchEnd = Math.min(batchEnd, send.stop());
        }
        batch = inOnePiece(due(), UNKNOWN_MEMBER);
        exceptedAt = nextExcepted(cursor);
        return true;
    }

    private List<Pending> due() {
        return scan.subList(batchFrom, scan.size());
    }

    /** What these are for the member at an index, or for all that none of them leaves out. */
    private static byte[] inOnePiece(List<Pending> sends, int index) {
        if (sends.size() == 1) {
            return sends.getFirst().framesAt(index);
        }
        int bytes = 0;
        for (Pending send : sends) {
            bytes += send.framesAt(index).length;
        }
        byte[] piece = new byte[bytes];
        int at = 0;
        for (Pending send : sends) {
            byte[] frames = send.framesAt(index);
            System.arraycopy(frames, 0, piece, at, frames.length);
            at += frames.length;
        }
        return piece;
    }

    private int nextExcepted(int from) {
        int next = Integer.MAX_VALUE;
        for (Pending send : due()) {
            if (send.exceptAt >= from && send.exceptAt < next) {
                next = send.exceptAt;
            }
        }
        return next;
    }

    private void sendOthers(Wire wire, int index) {
        List<Pending> others = new ArrayList<>(due());
        others.removeIf(send -> send.framesAt(index).length == 0);
        if (!others.isEmpty()) {
            wire.sendNow(inOnePiece(others, index));
            lane.shard().counters.framesOut += others.size() - 1;
        }
    }

    /** Sends that are through leave the scan, others join it, and the cursor wraps. */
    private void advance() {
        batchFrom = UNKNOWN;
        if (holes > 16 + size / 4) {
            closeHoles();
        }
        retire();
        while (isBusy() && cursor >= scan.getLast().stop()) { // none reaches further
            cursor = 0;
            scan.forEach(send -> send.wrapped = true);
            retire();
        }
        if (!isBusy()) {
            cursor = 0;
            batch = NOTHING;
            if (holes > 0) {
                closeHoles();
            }
            dropIfEmpty();
        }
    }

    private void retire() {
        int done = 0;
        while (done < scan.size() && scan.get(done).isThrough(cursor)) {
            Pending through = scan.get(done);
            int length = through.frames.length;
            scanBytes -= length;
            boolean _ = budget().move(length, 0);
            if (through.receipt != null) {
                through.receipt.end();
            }
            done++;
        }
        scan.subList(0, done).clear();
        while (waiting != null) {
            Pending next = waiting.peek();
            if (next == null) {
                waiting = null;
            } else if (scan.isEmpty() || scanBytes + next.frames.length <= BATCH_BYTES) {
                waiting.poll();
                waitingBytes -= next.frames.length;
                admit(next);
            } else {
                break;
            }
        }
    }

    private void dropIfEmpty() {
        if (size == 0 && !isBusy()) {
            group.drop(lane);
        }
    }

    private void closeHoles() {
        int[] keptBelow = new int[size + 1];
        int kept = 0;
        for (int i = 0; i < size; i++) {
            keptBelow[i] = kept;
            Wire wire = wires[i];
            if (wire != null) {
                if (kept != i) {
                    wires[kept] = wire;
                    membershipOf(wire).index = kept;
                }
                kept++;
            }
        }
        keptBelow[size] = kept;
        for (Pending send : scan) {
            send.start = keptBelow[send.start];
            move(send, keptBelow);
        }
        if (waiting != null) {
            waiting.forEach(send -> move(send, keptBelow));
        }
        cursor = keptBelow[cursor];
        Arrays.fill(wires, kept, size, null);
        size = kept;
        holes = 0;
    }

    private static void move(Pending send, int[] keptBelow) {
        send.end = keptBelow[send.end];
        int at = send.exceptAt;
        if (at != UNKNOWN) { // a hole's position becomes the next member's, who gets the send
            send.exceptAt = keptBelow[at] < keptBelow[at + 1] ? keptBelow[at] : UNKNOWN;
        }
    }

    private @Nullable Membership find(Wire wire) {
        for (Membership m = wire.memberships; m != null; m = m.next) {
            if (m.members == this) {
                return m;
            }
        }
        return null;
    }

    private Membership membershipOf(Wire wire) {
        Membership found = find(wire);
        if (found == null) {
            throw new AssertionError("a member without a membership");
        }
        return found;
    }
}
