package dev.myriad.net.engine;

import dev.myriad.net.Connection;
import dev.myriad.net.Group;
import dev.myriad.net.Limit;
import dev.myriad.net.Receipt;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/**
 * A group whose members lie with the shards that own them. Thread-safe: it only posts commands;
 * what lies in {@code lanes} is touched by the lane's shard alone.
 */
public final class ShardedGroup implements Group {
    private static final byte[] NOTHING = {};

    private final Shard[] shards;
    private final @Nullable Members[] lanes;

    /** How many members each shard has or is about to get: one without any gets no command. */
    private final AtomicIntegerArray interest;

    public ShardedGroup(Shard[] shards, int laneCount) {
        this.shards = shards;
        this.lanes = new Members[laneCount];
        this.interest = new AtomicIntegerArray(shards.length);
    }

    @Override
    public void add(Connection connection, byte[] firstFrames) {
        Wire wire = (Wire) connection;
        interest.incrementAndGet(wire.shard().index());
        wire.shard().post(new Add(wire, firstFrames));
    }

    @Override
    public void add(Connection connection, List<byte[]> firstFrames, Receipt receipt) {
        Wire wire = (Wire) connection;
        interest.incrementAndGet(wire.shard().index());
        AddShared add = new AddShared(wire, firstFrames, receipt);
        receipt.begin();
        wire.shard().post(add);
    }

    @Override
    public void remove(Connection connection) {
        Wire wire = (Wire) connection;
        wire.shard().post(new Remove(wire));
    }

    @Override
    public void send(
            byte[] frames, @Nullable Connection except, byte[] instead, @Nullable Receipt receipt) {
        for (int i = 0; i < shards.length; i++) {
            if (interest.get(i) > 0) {
                send(shards[i], frames, (Wire) except, instead, receipt, false);
            }
        }
    }

    @Override
    public void sendAs(Connection sender, byte[] frames) {
        Wire wire = (Wire) sender;
        for (int i = 0; i < shards.length; i++) {
            boolean owner = shards[i] == wire.shard();
            if (owner || interest.get(i) > 0) {
                send(shards[i], frames, wire, NOTHING, null, owner);
            }
        }
    }

    /** On its way to the shard it is charged as if it waited there already. */
    private void send(
            Shard shard,
            byte[] frames,
            @Nullable Wire except,
            byte[] instead,
            @Nullable Receipt receipt,
            boolean directly) {
        if (shard.broadcasts().pass(frames.length + Sending.COMMAND_BYTES)) {
            Send send = new Send(shard, frames, except, instead, receipt, directly);
            if (receipt != null) {
                receipt.begin();
            }
            shard.post(send);
            return;
        }
        if (receipt != null) {
            receipt.dropped();
        }
        shard.post(new Drop(shard));
        if (directly && except != null) {
            shard.post(new Sending(except, frames)); // its own copy is never left out
        }
    }

    /** Whether no connection is a member or about to be one. */
    boolean isEmpty() {
        for (int i = 0; i < shards.length; i++) {
            if (interest.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    void left(Lane lane) {
        interest.decrementAndGet(lane.shard().index());
    }

    void drop(Lane lane) {
        lanes[lane.index()] = null;
    }

    /** Makes one a member that was promised to be one. Called by its shard. */
    private void enter(Wire wire) {
        Lane lane = wire.lane();
        Members members = lanes[lane.index()];
        if (wire.isOpen()) {
            if (members == null) {
                members = new Members(this, lane);
                lanes[lane.index()] = members;
            }
            if (members.add(wire)) {
                return;
            }
        }
        left(lane);
    }

    private final class Add extends Sending {
        private final Wire wire;

        Add(Wire wire, byte[] firstFrames) {
            super(wire, firstFrames);
            this.wire = wire;
        }

        @Override
        protected void sent() {
            enter(wire);
        }
    }

    /** An add whose frames are not its own: they are not charged until they wait. */
    private final class AddShared extends Command {
        private final Wire wire;
        private final List<byte[]> firstFrames;
        private final Receipt receipt;

        AddShared(Wire wire, List<byte[]> firstFrames, Receipt receipt) {
            this.wire = wire;
            this.firstFrames = firstFrames;
            this.receipt = receipt;
        }

        @Override
        protected void run() {
            for (byte[] frames : firstFrames) {
                wire.sendNow(frames);
            }
            enter(wire);
            wire.tellWhenSent(receipt);
        }
    }

    private final class Remove extends Command {
        private final Wire wire;

        Remove(Wire wire) {
            this.wire = wire;
        }

        @Override
        protected void run() {
            Members members = lanes[wire.lane().index()];
            if (members != null) {
                members.remove(wire);
            }
        }
    }

    private final class Send extends Command {
        private final Shard shard;
        private final byte[] frames;
        private final @Nullable Wire except;
        private final byte[] instead;
        private final @Nullable Receipt receipt;
        private final boolean directly;

        /**
         * @param directly whether the excepted one gets it at once
         */
        Send(
                Shard shard,
                byte[] frames,
                @Nullable Wire except,
                byte[] instead,
                @Nullable Receipt receipt,
                boolean directly) {
            this.shard = shard;
            this.frames = frames;
            this.except = except;
            this.instead = instead;
            this.receipt = receipt;
            this.directly = directly;
        }

        @Override
        protected void run() {
            try {
                deliver();
            } finally {
                if (receipt != null) {
                    receipt.end();
                }
            }
        }

        private void deliver() {
            boolean _ = shard.broadcasts().move(frames.length + Sending.COMMAND_BYTES, 0);
            if (directly && except != null) {
                except.sendNow(frames);
            }
            for (Lane lane : shard.lanes()) {
                Members members = lanes[lane.index()];
                if (members != null && members.enqueue(frames, except, instead, receipt)) {
                    shard.fanOut().schedule(members);
                }
            }
        }
    }

    /** A send for which there was no room on its way. */
    private static final class Drop extends Command {
        private final Shard shard;

        Drop(Shard shard) {
            this.shard = shard;
        }

        @Override
        protected void run() {
            shard.dropped(Limit.BROADCASTS_MEMORY_PERCENT);
        }
    }
}
