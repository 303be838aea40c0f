package dev.myriad.testkit;

import dev.myriad.protocol.Payload;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a channel sent in a {@link ChannelUnit}. Immutable. Two are equal if their payloads are the
 * same JSON, in whatever order the members come.
 */
public final class Sent {
    /** To whom. */
    public enum Kind {
        /** To the channel's own client. */
        PUSH,
        /** To all in the topic. */
        BROADCAST,
        /** To all in the topic but the channel's own client. */
        BROADCAST_FROM,
        /** A presence of the channel's client: the event is the key, the payload the meta. */
        TRACK,
        /** A change of such a presence. */
        UPDATE,
        /** The end of such a presence. */
        UNTRACK,
        /** By a {@link dev.myriad.channels.SocketRef}; what a callback returns is its result. */
        REPLY
    }

    private final Kind kind;
    private final String event;
    private final Payload payload;

    private Sent(Kind kind, String event, Object payload) {
        this.kind = kind;
        this.event = event;
        this.payload = Json.payload(payload);
    }

    public static Sent push(String event, Object payload) {
        return new Sent(Kind.PUSH, event, payload);
    }

    public static Sent broadcast(String event, Object payload) {
        return new Sent(Kind.BROADCAST, event, payload);
    }

    public static Sent broadcastFrom(String event, Object payload) {
        return new Sent(Kind.BROADCAST_FROM, event, payload);
    }

    /** The client is present under a key. */
    public static Sent track(String key, Object meta) {
        return new Sent(Kind.TRACK, key, meta);
    }

    /** What is known of a key has changed. */
    public static Sent update(String key, Object meta) {
        return new Sent(Kind.UPDATE, key, meta);
    }

    /** The client is not present under a key any more. */
    public static Sent untrack(String key) {
        return new Sent(Kind.UNTRACK, key, Map.of());
    }

    public static Sent reply(String status, Object response) {
        return new Sent(Kind.REPLY, status, response);
    }

    public Kind kind() {
        return kind;
    }

    /** The event; of a reply its status. */
    public String event() {
        return event;
    }

    public Payload payload() {
        return payload;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Sent sent
                && kind == sent.kind
                && event.equals(sent.event)
                && Json.same(payload, sent.payload);
    }

    @Override
    public int hashCode() {
        return kind.hashCode() * 31 + event.hashCode(); // payloads that differ in text may be equal
    }

    @Override
    public String toString() {
        return kind + " " + event + " " + Json.text(payload);
    }
}
