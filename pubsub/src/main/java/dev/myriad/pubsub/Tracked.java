package dev.myriad.pubsub;

import dev.myriad.protocol.JsonCodec;
import dev.myriad.protocol.JsonText;
import dev.myriad.protocol.Payload;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One meta of a key that is present in a topic: what {@link PubSub#track} gives, to be given back.
 * Guarded by the topic's {@link TopicMemory}, but for the final fields.
 */
public final class Tracked {
    private static final int OBJECT_BYTES = 240;
    private static final byte[] NOTHING = {};
    private static final int REF_RADIX = Character.MAX_RADIX;

    private final String key;
    private final byte[] meta;
    final long ref;

    /** The ref that clients know and that this takes the place of. */
    final Optional<Long> before;

    /** What was fetched for the key, members of an object, which stand beside the metas. */
    byte[] beside = NOTHING;

    /** A further meta of the same key. */
    @Nullable Tracked next;

    /** Whether it was taken out; then it stays out. */
    boolean gone;

    /** Whether it is of this node. */
    final boolean ours;

    /**
     * Someone of this node.
     *
     * @param meta a JSON object
     * @param before the ref that this takes the place of, if it is an update that clients will see
     * @param tag what makes the refs of this node its own
     */
    Tracked(String key, byte[] meta, long ref, Optional<Long> before, String tag) {
        this.key = key;
        this.ref = ref;
        this.before = before;
        this.ours = true;
        JsonText refs = new JsonText(48).ascii("\"phx_ref\":").string(text(ref) + tag);
        before.ifPresent(old -> refs.ascii(",\"phx_ref_prev\":").string(text(old) + tag));
        this.meta = JsonText.with(meta, refs.toByteArray());
    }

    /** Someone of another node, which has given the ref. */
    Tracked(Cluster.Member member) {
        this.key = member.key();
        this.ref = member.id();
        this.before = Optional.empty();
        this.ours = false;
        this.meta = member.meta().bytes();
    }

    private static String text(long ref) {
        return Long.toString(ref, REF_RADIX);
    }

    public String key() {
        return key;
    }

    /** What is known of it, with its {@code phx_ref}, to be read by a codec. */
    Payload meta(JsonCodec codec) {
        return Payload.json(meta, codec);
    }

    byte[] json() {
        return meta;
    }

    /** Roughly what it takes. */
    int bytes() {
        return OBJECT_BYTES + key.length() + 2 * meta.length;
    }

    @Override
    public String toString() {
        return key + " " + text(ref);
    }
}
