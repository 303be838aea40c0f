package dev.myriad.fuzz;

import static dev.myriad.fuzz.Surrounded.demand;

import dev.myriad.protocol.FrameDecoder;
import dev.myriad.protocol.FrameEncoder;
import dev.myriad.protocol.Partial;
import dev.myriad.protocol.Pieces;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Many connections of one thread, whose messages and bodies are gathered in the same pieces: each
 * is handed its own bytes, whatever the order in which they come, whoever leaves in the middle, and
 * also if a handler makes another connection be read meanwhile. An input is the script: each byte
 * lets one connection take a step.
 */
final class PoolTarget implements Target {
    private static final int CONNECTIONS = 6;
    private static final int[] LENGTHS = {
        0, 10, 100, 5_000, 16_383, 16_384, 16_385, 20_000, 33_000, 70_000
    };
    private static final int NESTING_MAX = 3;

    private final Pieces pieces = new Pieces();
    private final FrameDecoder decoder =
            FrameDecoder.server(Integer.MAX_VALUE, Integer.MAX_VALUE, pieces);

    @Override
    public byte[] make(Randomness random) {
        byte[] script = new byte[1 + random.nextInt(60)];
        for (int i = 0; i < script.length; i++) {
            script[i] = (byte) random.nextLong();
        }
        return script;
    }

    @Override
    public void check(byte[] input, Randomness random, Meter meter) {
        Model model = new Model(random);
        for (byte step : input) {
            model.step(step & 0xFF);
        }
        model.leaveAll();
    }

    /** All connections of one script. */
    private final class Model {
        private final Randomness random;
        private final Peer[] peers = new Peer[CONNECTIONS];
        private int nesting;

        Model(Randomness random) {
            this.random = random;
            for (int i = 0; i < CONNECTIONS; i++) {
                peers[i] = newPeer();
            }
        }

        private Peer newPeer() {
            return random.oneIn(3) ? new Poster(this, random) : new Talker(this, random);
        }

        void step(int step) {
            int which = step % CONNECTIONS;
            int what = step / CONNECTIONS;
            Peer peer = peers[which];
            if (what < 4 || peer.isOver()) {
                peer.leave();
                peers[which] = newPeer();
            } else if (what == 5) {
                pieces.trim();
            } else if (!peer.isReading()) {
                peer.readOn();
            }
        }

        /** A handler was called: it may do anything to any connection. */
        void called() {
            if (nesting < NESTING_MAX && random.oneIn(3)) {
                nesting++;
                step(random.nextInt(256));
                nesting--;
            }
        }

        void leaveAll() {
            for (Peer peer : peers) {
                peer.leave();
            }
        }
    }

    /** One connection: what it sends, and what has to be read. */
    private abstract static class Peer {
        final Model model;
        final Randomness random;
        byte[] sent = {};
        int at;
        private boolean reading;
        private boolean left;

        Peer(Model model, Randomness random) {
            this.model = model;
            this.random = random;
        }

        /** Bytes that lie at {@code from}, which the reader may write to. */
        abstract void received(byte[] bytes, int from, int to);

        abstract void abandon();

        final boolean isOver() {
            return at == sent.length || left;
        }

        final boolean isReading() {
            return reading;
        }

        final void readOn() {
            int end =
                    Math.min(
                            sent.length,
                            at + 1 + random.nextInt(random.nextBoolean() ? 200 : 40_000));
            byte[] bytes = Arrays.copyOfRange(sent, at, end);
            at = end;
            reading = true;
            received(bytes, 0, bytes.length);
            reading = false;
        }

        final void leave() {
            left = true;
            abandon();
        }

        final boolean hasLeft() {
            return left;
        }

        /** Bytes that nobody else sends, mostly. */
        static byte[] bytes(Randomness random) {
            byte[] bytes = new byte[LENGTHS[random.nextInt(LENGTHS.length)]];
            long seed = random.nextLong();
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) ((seed >>> (8 * (i & 7)) & 0x7F) ^ (i >> 8 & 0x3F));
            }
            return bytes;
        }
    }

    /** Sends WebSocket messages, in fragments, with pings between. */
    private final class Talker extends Peer implements FrameDecoder.Sink {
        private final Deque<byte[]> expected = new ArrayDeque<>();
        private @Nullable Partial pending;

        Talker(Model model, Randomness random) {
            super(model, random);
            ByteText text = new ByteText();
            for (int i = random.nextInt(3); i >= 0; i--) {
                message(text);
            }
            sent = text.toBytes();
        }

        private void message(ByteText text) {
            byte[] message = bytes(random);
            int from = 0;
            int opcode = random.nextBoolean() ? FrameEncoder.TEXT : FrameEncoder.BINARY;
            while (random.oneIn(3)) {
                int to = from + random.nextInt(message.length - from + 1);
                frame(text, opcode, message, from, to);
                opcode = 0;
                from = to;
                if (random.nextBoolean()) {
                    byte[] ping = Arrays.copyOf(bytes(random), 100);
                    frame(text, 0x80 | FrameEncoder.PING, ping, 0, ping.length);
                    expected.add(ping);
                }
            }
            frame(text, 0x80 | opcode, message, from, message.length);
            expected.add(message);
        }

        private void frame(ByteText text, int first, byte[] bytes, int from, int to) {
            byte[] frame = FrameEncoder.maskedFrame(0, bytes, from, to, (int) random.nextLong());
            frame[0] = (byte) first;
            text.add(frame);
        }

        @Override
        void received(byte[] bytes, int from, int to) {
            Partial next = decoder.decode(pending, bytes, from, to, this);
            pending = next;
            if (hasLeft()) {
                abandon();
            }
            demand(at < sent.length || hasLeft() || expected.isEmpty(), "a message is missing");
        }

        @Override
        void abandon() {
            Partial unfinished = pending;
            if (unfinished != null) {
                unfinished.abandon();
                pending = null;
            }
        }

        private void got(byte[] bytes, int from, int to) {
            byte[] message = expected.poll();
            if (hasLeft()) {
                return; // whatever comes now goes nowhere
            }
            demand(
                    message != null && Arrays.equals(message, 0, message.length, bytes, from, to),
                    "not the bytes that were sent");
            model.called();
            demand(
                    message != null && Arrays.equals(message, 0, message.length, bytes, from, to),
                    "its bytes were changed while it was read");
        }

        @Override
        public void text(byte[] bytes, int from, int to) {
            got(bytes, from, to);
        }

        @Override
        public void binary(byte[] bytes, int from, int to) {
            got(bytes, from, to);
        }

        @Override
        public void ping(byte[] bytes, int from, int to) {
            got(bytes, from, to);
        }

        @Override
        public void pong(byte[] bytes, int from, int to) {
            throw new AssertionError("a pong");
        }

        @Override
        public void close(int code, String reason) {
            throw new AssertionError("a close");
        }
    }

    /** Sends requests with bodies. */
    private final class Poster extends Peer {
        private final Deque<byte[]> expected = new ArrayDeque<>();
        private final OurReader reader;

        Poster(Model model, Randomness random) {
            super(model, random);
            reader = new OurReader(8_000, 20, Integer.MAX_VALUE, pieces, (_, body) -> got(body));
            ByteText text = new ByteText();
            for (int i = random.nextInt(3); i >= 0; i--) {
                byte[] body = bytes(random);
                expected.add(body);
                text.add("POST / HTTP/1.1\r\nhost: a\r\n");
                if (random.nextBoolean()) {
                    text.add("content-length: " + body.length + "\r\n\r\n").add(body);
                    continue;
                }
                text.add("transfer-encoding: chunked\r\n\r\n");
                int from = 0;
                while (from < body.length) {
                    int to = from + 1 + random.nextInt(body.length - from);
                    text.add(Integer.toHexString(to - from)).add("\r\n");
                    text.add(body, from, to).add("\r\n");
                    from = to;
                }
                text.add("0\r\n\r\n");
            }
            sent = text.toBytes();
        }

        @Override
        void received(byte[] bytes, int from, int to) {
            reader.read(bytes, from, to);
            demand(reader.status() == 0, "refused with " + reader.status());
            if (hasLeft()) {
                abandon();
            }
            demand(at < sent.length || hasLeft() || expected.isEmpty(), "a body is missing");
        }

        @Override
        void abandon() {
            reader.abandon();
        }

        private void got(byte[] body) {
            byte[] sentBody = expected.poll();
            if (!hasLeft()) {
                demand(sentBody != null && Arrays.equals(sentBody, body), "another's body");
                model.called();
                demand(sentBody != null && Arrays.equals(sentBody, body), "a body was changed");
            }
        }
    }
}
