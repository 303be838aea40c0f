package dev.myriad.net.engine;

import dev.myriad.net.NetStats;

/** A shard's counters. Written by its thread without synchronization; readers may lag. */
public final class Counters {
    long open;
    long accepted;
    long upgraded;
    long refused;
    long messagesIn;
    long framesOut;
    long bytesIn;
    long bytesOut;
    long congested;
    long closedSlow;
    final CloseCounts closed = new CloseCounts();
    long dropped;

    /** The sum over all shards. */
    public static NetStats sum(Shard[] shards) {
        Counters sum = new Counters();
        for (Shard shard : shards) {
            sum.add(shard.counters);
        }
        return new NetStats(
                sum.open,
                sum.accepted,
                sum.upgraded,
                sum.refused,
                sum.messagesIn,
                sum.framesOut,
                sum.bytesIn,
                sum.bytesOut,
                sum.congested,
                sum.closedSlow,
                sum.closed.byCode(),
                sum.dropped,
                shards[0].room().limitCounters().counts(),
                shards[0].memory().held(),
                shards[0].memory().bytesMax());
    }

    private void add(Counters other) {
        open += other.open;
        accepted += other.accepted;
        upgraded += other.upgraded;
        refused += other.refused;
        messagesIn += other.messagesIn;
        framesOut += other.framesOut;
        bytesIn += other.bytesIn;
        bytesOut += other.bytesOut;
        congested += other.congested;
        closedSlow += other.closedSlow;
        closed.add(other.closed);
        dropped += other.dropped;
    }
}
