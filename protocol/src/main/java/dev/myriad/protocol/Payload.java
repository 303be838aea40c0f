package dev.myriad.protocol;

import java.lang.reflect.Type;
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

    /**
     * The payload that an object stands for, as JSON text; a payload stands for itself.
     *
     * @throws PayloadException {@code NOT_WRITABLE} or {@code NOT_AN_OBJECT}
     */
    public static Payload of(Object value, JsonCodec codec) {
        if (value instanceof Payload payload) {
            return payload;
        }
        Payload payload = json(write(value, codec), codec);
        if (!payload.isObject()) {
            throw new PayloadException(
                    PayloadException.Code.NOT_AN_OBJECT,
                    "a payload must be a JSON object, which "
                            + value.getClass().getName()
                            + " does not become");
        }
        return payload;
    }

    private static byte[] write(Object value, JsonCodec codec) {
        try {
            return codec.write(value);
        } catch (PayloadException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new PayloadException(
                    PayloadException.Code.NOT_WRITABLE,
                    value.getClass().getName() + " has no JSON text: " + e.getMessage(),
                    e);
        }
    }

    /**
     * JSON text that is well-formed, to be sent as it is and not to be read. The bytes are not
     * copied.
     */
    public static Payload json(byte[] bytes) {
        return new Payload(bytes, false, null, null);
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
     * @throws PayloadException {@code DOES_NOT_FIT}, also if the JSON text is {@code null}
     * @throws IllegalStateException if the program made this payload, without a codec
     */
    @SuppressWarnings("unchecked") // a primitive type's class does not cast
    public <T> T as(Class<T> type) {
        return (T) read(type);
    }

    /**
     * The JSON text read as an object of a generic type: {@code payload.as(new TypeRef<List<Bid>>()
     * {})}.
     *
     * @throws PayloadException as above
     * @throws IllegalStateException as above
     */
    @SuppressWarnings("unchecked") // what a codec promises
    public <T> T as(TypeRef<T> type) {
        return (T) read(type.type());
    }

    private Object read(Type type) {
        if (binary) {
            if (type == byte[].class) {
                return bytes;
            }
            throw new PayloadException(
                    PayloadException.Code.DOES_NOT_FIT,
                    "a binary payload does not fit "
                            + type.getTypeName()
                            + ": it can be read as byte[]");
        }
        if (codec == null) {
            throw new IllegalStateException("payload without a codec");
        }
        Object value;
        try {
            value = codec.read(bytes, type);
        } catch (PayloadException e) {
            throw e;
        } catch (RuntimeException e) {
            throw PayloadException.doesNotFit(
                    type.getTypeName(), "", String.valueOf(e.getMessage()), e);
        }
        if (value == null) { // a codec's own idea of JSON null
            throw new PayloadException(
                    PayloadException.Code.DOES_NOT_FIT,
                    "a payload does not fit " + type.getTypeName() + ": it is null");
        }
        return value;
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
