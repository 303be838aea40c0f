package dev.myriad.fuzz;

import static dev.myriad.fuzz.Surrounded.demand;

import dev.myriad.protocol.FrameDecoder;
import dev.myriad.protocol.FrameEncoder;
import dev.myriad.protocol.Partial;
import dev.myriad.protocol.Pieces;
import dev.myriad.protocol.ProtocolException;
import dev.myriad.protocol.Utf8;
import dev.myriad.testkit.Mutator;
import org.jspecify.annotations.Nullable;

/**
 * A stream of frames means the same whole or in pieces, gathered in arrays of its own or in ones
 * that were used before; and what is read, written again, is read as the same.
 */
final class FrameTarget implements Target {
    private static final int[] LIMITS = {0, 5, 125, 300, 70_000, Integer.MAX_VALUE};
    private static final int CONTROL_BYTES_MAX = 125; // RFC 6455, section 5.5
    private static final FrameDecoder AGAIN =
            FrameDecoder.client(Integer.MAX_VALUE, Integer.MAX_VALUE);

    private final boolean fromClient;
    private final MadeFrames frames;
    private final ByteText text = new ByteText();
    private final Pieces pieces = new Pieces();
    private final Transcript whole = new Transcript(false);
    private final Transcript parts = new Transcript(true);

    FrameTarget(boolean fromClient) {
        this.fromClient = fromClient;
        this.frames = new MadeFrames(fromClient);
    }

    @Override
    public byte[] make(Randomness random) {
        frames.put(text.clear(), random);
        return Mutator.sometimes(text.toBytes(), random);
    }

    @Override
    public void check(byte[] input, Randomness random, Meter meter) {
        int maxFrame = LIMITS[random.nextInt(LIMITS.length)];
        int maxMessage = LIMITS[random.nextInt(LIMITS.length)];
        Surrounded in = new Surrounded(input, random);
        meter.begin();
        long first =
                told(decoder(maxFrame, maxMessage, false), in, Integer.MAX_VALUE, random, whole);
        meter.end(input.length);
        int partMax = 1 + random.nextInt(random.nextBoolean() ? 4 : 400);
        boolean pooled = random.nextBoolean();
        long second =
                told(
                        decoder(maxFrame, maxMessage, pooled),
                        new Surrounded(input, random),
                        partMax,
                        random,
                        parts);
        demand(first == second, "in pieces of up to " + partMax + " it means something else");
    }

    private FrameDecoder decoder(int maxFrame, int maxMessage, boolean pooled) {
        if (!fromClient) {
            return FrameDecoder.client(maxFrame, maxMessage);
        }
        return pooled
                ? FrameDecoder.server(maxFrame, maxMessage, pieces)
                : FrameDecoder.server(maxFrame, maxMessage);
    }

    private static long told(
            FrameDecoder decoder, Surrounded in, int partMax, Randomness random, Transcript sink) {
        sink.told.clear();
        @Nullable Partial pending = null;
        try {
            int at = in.from;
            while (at < in.to) {
                int end = partMax >= in.to - at ? in.to : at + 1 + random.nextInt(partMax);
                pending = decoder.decode(pending, in.bytes, at, end, sink);
                at = end;
            }
            sink.told.add(pending == null ? 1 : 2);
        } catch (ProtocolException e) {
            sink.told.add(e.closeCode());
        }
        if (pending != null) {
            pending.abandon();
        }
        in.check();
        return sink.told.value();
    }

    /** Writes down all events. */
    private static final class Transcript implements FrameDecoder.Sink {
        private final Digest told = new Digest();
        private final boolean readsAgain;

        Transcript(boolean readsAgain) {
            this.readsAgain = readsAgain;
        }

        @Override
        public void text(byte[] bytes, int from, int to) {
            demand(Utf8.valid(bytes, from, to), "text that is not UTF-8");
            event(FrameEncoder.TEXT, bytes, from, to);
        }

        @Override
        public void binary(byte[] bytes, int from, int to) {
            event(FrameEncoder.BINARY, bytes, from, to);
        }

        @Override
        public void ping(byte[] bytes, int from, int to) {
            demand(to - from <= CONTROL_BYTES_MAX, "too long a ping");
            event(FrameEncoder.PING, bytes, from, to);
        }

        @Override
        public void pong(byte[] bytes, int from, int to) {
            demand(to - from <= CONTROL_BYTES_MAX, "too long a pong");
            event(FrameEncoder.PONG, bytes, from, to);
        }

        @Override
        public void close(int code, String reason) {
            told.add(code);
            told.add(reason);
        }

        private void event(int opcode, byte[] bytes, int from, int to) {
            told.add(opcode);
            told.add(bytes, from, to);
            if (readsAgain) {
                long all = told.value();
                byte[] frame = FrameEncoder.frame(opcode, bytes, from, to);
                Transcript again = new Transcript(false);
                demand(
                        AGAIN.decode(null, frame, 0, frame.length, again) == null,
                        "written again it is no frame");
                Digest expected = new Digest();
                expected.add(opcode);
                expected.add(bytes, from, to);
                demand(again.told.value() == expected.value(), "written again it is another");
                demand(all == told.value(), "told twice");
            }
        }
    }
}
