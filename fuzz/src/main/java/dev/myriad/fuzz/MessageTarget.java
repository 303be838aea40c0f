package dev.myriad.fuzz;

import static dev.myriad.fuzz.Surrounded.demand;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.myriad.protocol.Envelope;
import dev.myriad.protocol.FrameDecoder;
import dev.myriad.protocol.JsonCodec;
import dev.myriad.protocol.Payload;
import dev.myriad.protocol.ProtocolException;
import dev.myriad.protocol.Ref;
import dev.myriad.protocol.Serializer;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What all formats of messages have in common: the same is read whatever surrounds it, and what is
 * read and written again is read as the same. Used by one thread at a time.
 */
abstract class MessageTarget implements Target {
    private final Envelope envelope = new Envelope();
    private final Envelope other = new Envelope();
    private final Digest digest = new Digest();

    abstract void decode(byte[] bytes, int from, int to, Envelope into);

    /** What else has to hold of a message that was accepted. */
    abstract void accepted(byte[] input, Envelope envelope);

    /** What has to hold of an input that was refused. */
    void refused(byte[] input) {}

    @Override
    public final void check(byte[] input, Randomness random, Meter meter) {
        long second = told(new Surrounded(input, random), other);
        Surrounded in = new Surrounded(input, random);
        meter.begin();
        boolean accepted = accepts(in, envelope);
        meter.end(input.length);
        in.check();
        demand(
                (accepted ? fields(envelope) : 0) == second,
                "what is read depends on its surroundings");
        if (accepted) {
            consistent();
            accepted(input, envelope);
        } else {
            refused(input);
        }
    }

    private long told(Surrounded in, Envelope into) {
        return accepts(in, into) ? fields(into) : 0;
    }

    private boolean accepts(Surrounded in, Envelope into) {
        try {
            decode(in.bytes, in.from, in.to, into);
            return true;
        } catch (ProtocolException _) {
            return false;
        }
    }

    /** All that a message says, in one number. */
    final long fields(Envelope message) {
        digest.clear();
        digest.add(message.binary() ? 3 : 1);
        token(message.joinRef());
        token(message.ref());
        digest.add(message.topic());
        digest.add(message.event());
        Payload payload = message.payload(Codec.NONE);
        digest.add(payload.bytes());
        Optional<String> userEvent = payload.userEvent();
        digest.add(userEvent.isPresent() ? userEvent.get() : "");
        digest.add(message.isNestedTooDeeply() ? 1 : 0);
        return digest.value();
    }

    private void token(byte @Nullable [] token) {
        digest.add(token == null ? -1 : token.length);
        if (token != null) {
            digest.add(token);
        }
    }

    private void consistent() {
        byte[] joinRef = envelope.joinRef();
        byte[] ref = envelope.ref();
        demand(envelope.hasJoinRef() == (joinRef != null), "hasJoinRef");
        demand(envelope.joinRefIs(joinRef), "joinRefIs");
        demand(ref == null || Arrays.equals(Ref.of(ref, 0, ref.length), ref), "no token");
        String topic = envelope.topic();
        demand(envelope.topicIs(topic.getBytes(UTF_8)) || topic.indexOf('\ufffd') >= 0, "topicIs");
        demand(
                envelope.eventIs(envelope.event().getBytes(UTF_8))
                        || envelope.event().indexOf('\ufffd') >= 0,
                "eventIs");
    }

    /** The message as a server would send it on, without its payload, read again. */
    final Envelope again() {
        byte[] frame =
                Serializer.V2.push(
                        envelope.joinRef(),
                        envelope.ref(),
                        envelope.topic(),
                        envelope.event(),
                        Payload.EMPTY);
        byte[] payload = envelope.payload(Codec.NONE).bytes();
        FrameDecoder.client(Integer.MAX_VALUE, Integer.MAX_VALUE)
                .decode(
                        null,
                        frame,
                        0,
                        frame.length,
                        new OnlyText() {
                            @Override
                            public void text(byte[] bytes, int from, int to) {
                                ByteText text =
                                        new ByteText().add(bytes, from, to - "{}]".length());
                                byte[] message = text.add(payload).add(']').toBytes();
                                Serializer.V2.decodeText(message, 0, message.length, other);
                            }
                        });
        return other;
    }

    private abstract static class OnlyText implements FrameDecoder.Sink {
        @Override
        public void binary(byte[] bytes, int from, int to) {
            throw new AssertionError("binary");
        }

        @Override
        public void ping(byte[] bytes, int from, int to) {
            throw new AssertionError("ping");
        }

        @Override
        public void pong(byte[] bytes, int from, int to) {
            throw new AssertionError("pong");
        }

        @Override
        public void close(int code, String reason) {
            throw new AssertionError("close");
        }
    }

    /** Payloads are only bytes here. */
    enum Codec implements JsonCodec {
        NONE;

        @Override
        public Object read(byte[] json, Type type) {
            throw new UnsupportedOperationException();
        }

        @Override
        public byte[] write(Object value) {
            throw new UnsupportedOperationException();
        }
    }
}
