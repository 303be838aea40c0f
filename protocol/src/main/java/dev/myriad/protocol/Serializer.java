package dev.myriad.protocol;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One version of the message format of Phoenix Channels: {@link #V1}, {@link #V2}, or one of your
 * own. Thread-safe: implementations have no state.
 *
 * <p>All of it runs on shard threads or in the process that sends: it must not block. A broadcast
 * is encoded once for all subscribers that have the same serializer, which is compared by identity,
 * so give all sockets the same object.
 *
 * <p>Decoders fill the {@link Envelope}; an implementation of your own calls {@link Envelope#fill}.
 * They throw {@link ProtocolException}, which closes the connection with its code, as does anything
 * else that they throw with {@link CloseCode#INTERNAL_ERROR}.
 *
 * <p>Encoders return one whole unmasked WebSocket frame, ready to be sent to any number of
 * connections: {@link FrameEncoder#frame}. Refs are tokens, whose text is {@link Ref#text}. They
 * throw {@link IllegalArgumentException} for what the format cannot carry, such as a string of more
 * than 255 bytes in a binary frame of V2, or a push or broadcast that is neither binary nor {@link
 * Payload#isObject an object}.
 */
public interface Serializer {
    Serializer V1 = new V1Serializer();
    Serializer V2 = new V2Serializer();

    /** The version in the form of the {@code vsn} parameter, {@code 3.0.0}. */
    String version();

    /** Whether there is a form for binary payloads; if not, such broadcasts pass its clients by. */
    boolean carriesBinary();

    /** Decodes the payload of a text frame, which has to be valid UTF-8. */
    void decodeText(byte[] bytes, int from, int to, Envelope into);

    /** Decodes the payload of a binary frame. */
    void decodeBinary(byte[] bytes, int from, int to, Envelope into);

    /** The answer to a message; the response may be any JSON value. */
    byte[] reply(
            byte @Nullable [] joinRef,
            byte @Nullable [] ref,
            String topic,
            String status,
            Payload response);

    /**
     * A message to one client. It usually has no ref; {@code phx_close} and {@code phx_error} carry
     * their join ref as ref too. A binary frame of V2 has no room for the ref and leaves it out.
     */
    byte[] push(
            byte @Nullable [] joinRef,
            byte @Nullable [] ref,
            String topic,
            String event,
            Payload payload);

    /** A message to all subscribers of a topic. */
    byte[] broadcast(String topic, String event, Payload payload);

    /**
     * The first of some serializers that is for clients with this {@code vsn} parameter, empty if
     * there is none: the server then refuses. As in Phoenix a missing one means 1.0.0, and any
     * semantic version will do that is not below the serializer's own and has the same major and
     * minor number.
     */
    static Optional<Serializer> forVersion(@Nullable String vsn, List<Serializer> among) {
        String asked = vsn == null ? V1.version() : vsn;
        return among.stream()
                .filter(serializer -> Version.isCompatible(asked, serializer.version()))
                .findFirst();
    }
}
