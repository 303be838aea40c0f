package dev.myriad.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.myriad.bench.HostileFrames;
import dev.myriad.protocol.CloseCode;
import dev.myriad.protocol.FrameEncoder;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * What one hostile client sends, and how the server must end it: a row of valid frames, broken now
 * and then by one that it must not accept, or by one of which nobody knows. Follows from its seed
 * alone. Immutable.
 */
final class HostileSequence {
    /** The server must answer the last heartbeat. */
    private static final int ANSWERED = 0;

    /** It may answer it, or close. */
    private static final int ANY = -1;

    private static final int STEPS_MAX = 12;
    private static final String LAST = "[null,\"last\",\"phoenix\",\"heartbeat\",{}]";
    private static final String LAST_REPLY =
            "[null,\"last\",\"phoenix\",\"phx_reply\",{\"status\":\"ok\",\"response\":{}}]";

    private static final HostileFrames FRAMES = new HostileFrames("room:");
    private static final List<byte[]> KNOWN =
            List.of(
                    HostileFrames.text("[\"1\",\"1\",\"room:1\",\"phx_join\",{}]"),
                    HostileFrames.text("[\"1\",\"2\",\"room:1\",\"echo\",{\"a\":[1]}]"),
                    HostileFrames.text("[\"1\",\"3\",\"room:1\",\"phx_leave\",{}]"),
                    HostileFrames.text(LAST),
                    HostileFrames.frame(
                            FrameEncoder.BINARY,
                            true,
                            "\0\1\1\6\4".concat("11room:1echo{}").getBytes(UTF_8)),
                    HostileFrames.frame(FrameEncoder.PING, true, new byte[] {1, 2, 3}),
                    HostileFrames.frame(FrameEncoder.CLOSE, true, new byte[] {3, (byte) 232}));

    private final long seed;

    /** All that is sent after the upgrade. */
    private final byte[] bytes;

    /** With which the server must close. */
    private final int closeCode;

    private HostileSequence(long seed, byte[] bytes, int closeCode) {
        this.seed = seed;
        this.bytes = bytes;
        this.closeCode = closeCode;
    }

    @Override
    public String toString() {
        return "sequence of seed " + seed + ", to end with " + closeCode;
    }

    static HostileSequence of(long seed) {
        Random random = new Random(seed);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int steps = random.nextInt(STEPS_MAX);
        for (int i = 0; i < steps; i++) {
            bytes.writeBytes(FRAMES.valid(random));
        }
        int code = ANSWERED;
        switch (random.nextInt(3)) {
            case 0 -> {}
            case 1 -> code = FRAMES.offence(random, bytes);
            default -> {
                bytes.writeBytes(Mutator.mutate(KNOWN.get(random.nextInt(KNOWN.size())), random));
                code = ANY;
            }
        }
        int more = random.nextInt(STEPS_MAX / 2);
        for (int i = 0; i < more; i++) {
            bytes.writeBytes(FRAMES.valid(random));
        }
        bytes.writeBytes(HostileFrames.text(LAST));
        return new HostileSequence(seed, bytes.toByteArray(), code);
    }

    /**
     * Sends it all and sees how it ends.
     *
     * @throws AssertionError if it ends otherwise than it must
     */
    void play(InetSocketAddress address) {
        try (RawClient client = RawClient.open(address)) {
            if (seed % 3 == 0) { // in pieces, as a network delivers them
                int cut = (int) ((seed >>> 8 & 0xffff) % bytes.length);
                client.write(Arrays.copyOfRange(bytes, 0, cut));
                client.write(Arrays.copyOfRange(bytes, cut, bytes.length));
            } else {
                client.write(bytes);
            }
            if (closeCode == ANY && seed % 2 == 0) {
                client.reset(); // an unfinished frame waits for nobody
                return;
            }
            if (closeCode == ANY) {
                // A frame whose length was changed may wait for more for ever: so ask for the end.
                client.write(
                        HostileFrames.frame(FrameEncoder.CLOSE, true, new byte[] {3, (byte) 232}));
                client.endOutput();
                check(client.end());
                return;
            }
            String next = client.next();
            while (!next.equals(LAST_REPLY)
                    && !next.equals(RawClient.CUT_OFF)
                    && !next.startsWith(RawClient.CLOSED_WITH)) {
                next = client.next();
            }
            String expected = closeCode == ANSWERED ? LAST_REPLY : RawClient.closedWith(closeCode);
            if (!next.equals(expected)) {
                throw new AssertionError(this + ": expected " + expected + " but got " + next);
            }
            if (seed % 5 == 0) {
                client.reset();
            }
        }
    }

    /** A close frame that was changed is answered with the code that it then has. */
    private void check(String end) {
        if (!end.equals(RawClient.CUT_OFF)
                && !CloseCode.validOnWire(
                        Integer.parseInt(end.substring(RawClient.CLOSED_WITH.length())))) {
            throw new AssertionError(this + ": ended with " + end);
        }
    }
}
