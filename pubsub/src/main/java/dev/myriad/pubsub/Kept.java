package dev.myriad.pubsub;

import dev.myriad.protocol.JsonText;
import dev.myriad.protocol.Payload;
import dev.myriad.protocol.Serializer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A message that a topic remembers, with its place. Immutable, but for the encoding that it keeps,
 * which is guarded by the topic's {@link TopicMemory}.
 */
public final class Kept {
    private static final int OBJECT_BYTES = 96;

    private final String event;
    private final Payload payload;
    private final Position position;
    private final long previous;
    private final long atMillis;

    private @Nullable Serializer encodedBy;
    private byte @Nullable [] encoded;

    /**
     * @param previous the offset of the message before it, be that remembered still or not
     * @param atMillis when it was sent, since 1970
     */
    public Kept(String event, Payload payload, Position position, long previous, long atMillis) {
        this.event = event;
        this.payload = payload;
        this.position = position;
        this.previous = previous;
        this.atMillis = atMillis;
    }

    /**
     * A place without a message, for those who should be there already. It is its own predecessor:
     * whoever is behind it, by one message even, sees a gap.
     */
    static Kept at(Position position) {
        return new Kept("", Payload.EMPTY, position, position.offset(), 0);
    }

    /** The same with a payload that can be read. */
    Kept with(Payload readable) {
        return new Kept(event, readable, position, previous, atMillis);
    }

    /** The same for one who has seen nothing between that place and this message. */
    Kept after(long seen) {
        return new Kept(event, payload, position, seen, atMillis);
    }

    public String event() {
        return event;
    }

    public Payload payload() {
        return payload;
    }

    public Position position() {
        return position;
    }

    public long previous() {
        return previous;
    }

    public long atMillis() {
        return atMillis;
    }

    /** Roughly what it takes, the encoding that it keeps included. */
    int bytes() {
        return OBJECT_BYTES + event.length() + 3 * payload.bytes().length;
    }

    /** Its frame for those who want positions. */
    byte[] frames(Serializer serializer, String topic) {
        byte[] present = encoded;
        if (present == null || encodedBy != serializer) {
            present = serializer.broadcast(topic, event, positioned());
            encoded = present;
            encodedBy = serializer;
        }
        return present;
    }

    /** A frame that has the place only, for one who is not to get the message itself. */
    byte[] placeOnly(Serializer serializer, String topic) {
        Payload place = Payload.json(JsonText.with(Payload.EMPTY.bytes(), member()));
        return serializer.broadcast(topic, Events.POSITION, place);
    }

    private Payload positioned() {
        if (!payload.isBinary()) {
            return Payload.json(JsonText.with(payload.bytes(), member()));
        }
        byte[] bytes = payload.bytes();
        byte[] prefixed =
                ByteBuffer.allocate(3 * Long.BYTES + bytes.length)
                        .putLong(Epochs.hash(position.epoch()))
                        .putLong(position.offset())
                        .putLong(previous)
                        .put(bytes)
                        .array();
        return payload.userEvent()
                .map(userEvent -> Payload.userBroadcast(userEvent, prefixed))
                .orElseGet(() -> Payload.binary(prefixed));
    }

    private byte[] member() {
        return new JsonText(64)
                .ascii("\"$pos\":[")
                .string(position.epoch())
                .ascii(",")
                .number(position.offset())
                .ascii(",")
                .number(previous)
                .ascii("]")
                .toByteArray();
    }
}
