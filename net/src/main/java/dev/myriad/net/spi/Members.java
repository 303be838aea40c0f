package dev.myriad.net.spi;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The members of one group on one lane: a dense array, and the frames that it has yet to get.
 * Confined to its shard's thread.
 *
 * <p>Frames go out in slices, so members come and go while a send is under way. A send reaches
 * exactly those that were members when it was asked for and still are when their turn comes:
 *
 * <ul>
 *   <li>one who joins is appended, beyond the {@code end} that each pending send has noted;
 *   <li>one who leaves becomes a hole while anything is pending; closing the hole at once by moving
 *       the last member into it would let that one miss a send, or get it twice;
 *   <li>holes are closed when nothing is pending, or between two sends once they are many: then the
 *       ends that the pending sends noted are moved along.
 * </ul>
 */
final class Members {
    /** Frames that are to reach the first {@code end} members. */
    private static final class Pending {
        final byte[] frames;
        final @Nullable Wire except;
        int end;

        Pending(byte[] frames, @Nullable Wire except, int end) {
            this.frames = frames;
            this.except = except;
            this.end = end;
        }
    }

    /** Of sends that wait for their turn; more are dropped, and counted. */
    private static final int PENDING_BYTES_MAX = 8 << 20;

    private final ShardedGroup group;
    private final Lane lane;
    private @Nullable Wire[] wires = new Wire[2];
    private int size;
    private int holes;
    private @Nullable ArrayDeque<Pending> pending;
    private int pendingBytes;
    private int cursor;

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

    /** The wire is gone, and walks its own list of memberships. */
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
    boolean enqueue(byte[] frames, @Nullable Wire except) {
        boolean first = !isBusy();
        if (pendingBytes + frames.length > PENDING_BYTES_MAX && !first) {
            lane.shard().counters.dropped++;
            return false;
        }
        pendingBytes += frames.length;
        if (pending == null) {
            pending = new ArrayDeque<>(4);
        }
        pending.add(new Pending(frames, except, size));
        return first;
    }

    /** Whether frames are pending. */
    boolean isBusy() {
        return pending != null && !pending.isEmpty();
    }

    /** Sends to at most {@code budget} members; returns how many it looked at. */
    int slice(int budget) {
        ArrayDeque<Pending> queue = pending;
        Pending send = queue == null ? null : queue.peek();
        if (queue == null || send == null) {
            return 0;
        }
        int from = cursor;
        int to = Math.min(send.end, from + budget);
        lane.shareBegins(send.frames);
        for (int i = from; i < to; i++) {
            Wire wire = wires[i];
            if (wire != null && wire != send.except) {
                lane.share(wire);
            }
        }
        lane.shareEnds();
        cursor = to;
        if (to == send.end) {
            queue.poll();
            pendingBytes -= send.frames.length;
            cursor = 0;
            if (queue.isEmpty() ? holes > 0 : holes > 16 + size / 4) {
                closeHoles(queue);
            }
            dropIfEmpty();
        }
        return Math.max(1, to - from);
    }

    private void dropIfEmpty() {
        if (size == 0 && !isBusy()) {
            group.drop(lane);
        }
    }

    private void closeHoles(ArrayDeque<Pending> queue) {
        int kept = 0;
        var sends = queue.iterator();
        Pending send = sends.hasNext() ? sends.next() : null;
        for (int i = 0; i <= size; i++) {
            while (send != null && send.end == i) {
                send.end = kept;
                send = sends.hasNext() ? sends.next() : null;
            }
            Wire wire = i < size ? wires[i] : null;
            if (wire != null) {
                if (kept != i) {
                    wires[kept] = wire;
                    membershipOf(wire).index = kept;
                }
                kept++;
            }
        }
        Arrays.fill(wires, kept, size, null);
        size = kept;
        holes = 0;
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
