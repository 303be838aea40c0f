package dev.myriad.protocol;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One version of the message format of Phoenix Channels. Thread-safe: implementations have no
 * state.
 *
 * <p>Encoders return one whole unmasked WebSocket frame, ready to be sent to any number of
 * connections. Refs are tokens, see {@link Ref}. A {@code push} usually has no ref; {@code
 * phx_close} and {@code phx_error} carry their join ref as ref too.
 *
 * <p>Encoders throw {@link IllegalArgumentException} for what the format cannot carry: a binary
 * payload in V1, a string of more than 255 bytes in a binary frame, a push or broadcast whose JSON
 * is not an object. Decoders throw {@link ProtocolException} with {@link CloseCode#INTERNAL_ERROR}.
 */
public sealed interface Serializer permits V1Serializer, V2Serializer {
    Serializer V1 = new V1Serializer();
    Serializer V2 = new V2Serializer();

    /** The version in the form of the {@code vsn} parameter. */
    String version();

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

    /** A message to one client. A binary frame has no room for the ref and leaves it out. */
    byte[] push(
            byte @Nullable [] joinRef,
            byte @Nullable [] ref,
            String topic,
            String event,
            Payload payload);

    /** A message to all subscribers of a topic. */
    byte[] broadcast(String topic, String event, Payload payload);

    /**
     * The serializer for the {@code vsn} parameter of a connection, empty if there is none: the
     * server then refuses. As in Phoenix a missing one means 1.0.0, and any semantic version that
     * satisfies {@code ~> 1.0.0} or {@code ~> 2.0.0} will do.
     */
    static Optional<Serializer> forVersion(@Nullable String vsn) {
        if (vsn == null || Version.isCompatible(vsn, 1)) {
            return Optional.of(V1);
        }
        return Version.isCompatible(vsn, 2) ? Optional.of(V2) : Optional.empty();
    }
}
