package dev.myriad.protocol;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a message carries beside its envelope: JSON text in UTF-8, or raw binary. Thread-safe as
 * long as nobody writes to its bytes.
 */
public final class Payload {
    static final byte[] EMPTY_OBJECT = Bytes.ascii("{}");

    /** The JSON object without members. It knows no codec, so {@link #as} does not work on it. */
    public static final Payload EMPTY = new Payload(EMPTY_OBJECT, false, null, null);

    private final byte[] bytes;
    private final boolean binary;
    private final @Nullable JsonCodec codec;
    private final @Nullable String userEvent;

    private Payload(
            byte[] bytes, boolean binary, @Nullable JsonCodec codec, @Nullable String userEvent) {
        this.bytes = bytes;
        this.binary = binary;
        this.codec = codec;
        this.userEvent = userEvent;
    }

    /** JSON text that is well-formed: it is sent as it is. The bytes are not copied. */
    public static Payload json(byte[] bytes, JsonCodec codec) {
        return new Payload(bytes, false, codec, null);
    }

    /** Raw bytes, which only the V2 serializer can carry. They are not copied. */
    public static Payload binary(byte[] bytes) {
        return new Payload(bytes, true, null, null);
    }

    /**
     * Raw bytes for the event {@code broadcast} with a user's event in it, as supabase's clients
     * send and read them; other clients cannot. They are not copied.
     */
    public static Payload userBroadcast(String userEvent, byte[] bytes) {
        return new Payload(bytes, true, null, userEvent);
    }

    /** The bytes themselves and no copy: do not modify them. */
    public byte[] bytes() {
        return bytes;
    }

    public boolean isBinary() {
        return binary;
    }

    /** The event within the event, if it is of {@link #userBroadcast}. */
    public Optional<String> userEvent() {
        return Optional.ofNullable(userEvent);
    }

    /**
     * The JSON text read as an object of the type; {@code byte[]} is the one type a binary payload
     * can be read as.
     *
     * @throws IllegalStateException if the payload is binary or has no codec
     */
    public <T> T as(Class<T> type) {
        if (codec != null) {
            return codec.read(bytes, type);
        }
        if (binary && type == byte[].class) {
            return type.cast(bytes);
        }
        throw new IllegalStateException(
                binary ? "a binary payload is only bytes" : "payload without a codec");
    }

    /**
     * Whether it is the JSON text of an object. What a server pushes and broadcasts has to be one;
     * what clients send may be any JSON.
     */
    public boolean isObject() {
        return !binary
                && bytes.length > 0
                && bytes[JsonScanner.skipWhitespace(bytes, 0, bytes.length - 1)] == '{';
    }

    /** For logs and tests: its kind, its size, and the first hundred characters of its JSON. */
    @Override
    public String toString() {
        String more = "";
        if (!binary) {
            more = ", " + Excerpt.of(bytes);
        } else if (userEvent != null) {
            more = ", user event " + Excerpt.of(userEvent);
        }
        return "Payload[" + (binary ? "binary, " : "json, ") + bytes.length + " bytes" + more + "]";
    }

    boolean hasCodec(JsonCodec other) {
        return other.equals(codec);
    }
}
