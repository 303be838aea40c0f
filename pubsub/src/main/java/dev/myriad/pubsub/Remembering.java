package dev.myriad.pubsub;

import dev.myriad.net.Budget;
import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import dev.myriad.net.Memory;
import dev.myriad.protocol.JsonCodec;
import java.util.function.LongSupplier;

/**
 * What topics need to remember anything. Immutable.
 *
 * @param topics what they take is charged to it
 * @param newcomersBytesMax what may be on its way to those who have just joined
 * @param replayBytesMax what one of them may be sent of a history at once
 * @param millis the time of day, since 1970
 */
public record Remembering(
        TopicRules rules,
        JsonCodec json,
        Budget topics,
        long newcomersBytesMax,
        long replayBytesMax,
        LongSupplier millis,
        LongSupplier nanoTime) {
    private static final int NEWCOMERS_PART = 4;
    private static final int REPLAY_PART = 2;

    /** As limits and memory want it. */
    public static Remembering of(
            TopicRules rules,
            JsonCodec json,
            Limits limits,
            Memory memory,
            LongSupplier millis,
            LongSupplier nanoTime) {
        return new Remembering(
                rules,
                json,
                memory.of(Memory.Kind.TOPICS),
                memory.of(Memory.Kind.OUTBOUND).bytesMax() / NEWCOMERS_PART,
                limits.of(Limit.OUTBOUND_BYTES_MAX) / REPLAY_PART,
                millis,
                nanoTime);
    }
}
