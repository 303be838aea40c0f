package dev.myriad.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

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

    private static final Mutator MUTATOR =
            new Mutator(
                    List.of(
                            RawClient.textFrame("[\"1\",\"1\",\"room:1\",\"phx_join\",{}]"),
                            RawClient.textFrame("[\"1\",\"2\",\"room:1\",\"echo\",{\"a\":[1]}]"),
                            RawClient.textFrame("[\"1\",\"3\",\"room:1\",\"phx_leave\",{}]"),
                            RawClient.textFrame(LAST),
                            RawClient.frame(
                                    FrameEncoder.BINARY,
                                    true,
                                    "\0\1\1\6\4".concat("11room:1echo{}").getBytes(UTF_8)),
                            RawClient.frame(FrameEncoder.PING, true, new byte[] {1, 2, 3}),
                            RawClient.frame(FrameEncoder.CLOSE, true, new byte[] {3, (byte) 232})));

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
            bytes.writeBytes(valid(random));
        }
        int code = ANSWERED;
        switch (random.nextInt(3)) {
            case 0 -> {}
            case 1 -> code = offence(random, bytes);
            default -> {
                bytes.writeBytes(MUTATOR.mutate(random));
                code = ANY;
            }
        }
        int more = random.nextInt(STEPS_MAX / 2);
        for (int i = 0; i < more; i++) {
            bytes.writeBytes(valid(random));
        }
        bytes.writeBytes(RawClient.textFrame(LAST));
        return new HostileSequence(seed, bytes.toByteArray(), code);
    }

    private static String ref(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> "null";
            case 1 -> "\"" + "r".repeat(200) + "\"";
            case 2 -> "" + Long.MAX_VALUE;
            default -> "\"" + random.nextInt(4) + "\"";
        };
    }

    private static byte[] valid(Random random) {
        String topic = "room:" + random.nextInt(4);
        String joinRef = ref(random);
        String ref = ref(random);
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> message(joinRef, joinRef, topic, "phx_join", "{}");
            case 3 -> message(joinRef, ref, topic, "phx_leave", "{}");
            case 4, 5 -> message(joinRef, ref, topic, "echo", "{\"a\":1,\"a\":2,\"\":{}}");
            case 6 ->
                    message(
                            joinRef,
                            ref,
                            "nowhere:1",
                            random.nextBoolean() ? "phx_join" : "x",
                            "{}");
            case 7 -> RawClient.frame(FrameEncoder.PING, true, new byte[random.nextInt(126)]);
            case 8 -> message("1", "1", topic, "echo", nested(100));
            default -> inFragments(random);
        };
    }

    private static byte[] message(
            String joinRef, String ref, String topic, String event, String payload) {
        return RawClient.textFrame(
                "[%s,%s,\"%s\",\"%s\",%s]".formatted(joinRef, ref, topic, event, payload));
    }

    private static String nested(int depth) {
        return "{\"a\":" + "[".repeat(depth) + "]".repeat(depth) + "}";
    }

    private static byte[] inFragments(Random random) {
        byte[] whole = "[null,\"5\",\"phoenix\",\"heartbeat\",{\"é\":1}]".getBytes(UTF_8);
        int cut = random.nextInt(whole.length);
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        frames.writeBytes(
                RawClient.frame(FrameEncoder.TEXT, false, Arrays.copyOfRange(whole, 0, cut)));
        frames.writeBytes(RawClient.frame(FrameEncoder.PING, true, new byte[1]));
        frames.writeBytes(RawClient.frame(0, true, Arrays.copyOfRange(whole, cut, whole.length)));
        return frames.toByteArray();
    }

    /** Adds something that ends a connection; returns with what. */
    private static int offence(Random random, ByteArrayOutputStream bytes) {
        switch (random.nextInt(12)) {
            case 0 -> bytes.writeBytes(FrameEncoder.frame(FrameEncoder.TEXT, new byte[1], 0, 1));
            case 1 -> {
                byte[] reserved = RawClient.textFrame("x");
                reserved[0] |= 0x40;
                bytes.writeBytes(reserved);
            }
            case 2 -> bytes.writeBytes(RawClient.frame(3 + random.nextInt(5), true, new byte[1]));
            case 3 -> bytes.writeBytes(RawClient.frame(FrameEncoder.PING, false, new byte[1]));
            case 4 -> bytes.writeBytes(RawClient.frame(0, true, new byte[1]));
            case 5 -> {
                bytes.writeBytes(RawClient.frame(FrameEncoder.TEXT, false, new byte[] {'['}));
                bytes.writeBytes(RawClient.textFrame("[]"));
            }
            case 6 -> {
                bytes.writeBytes(new byte[] {(byte) 0x82, (byte) 0xff, 0, 0, 0, 1, 0, 0, 0, 0});
                bytes.writeBytes(new byte[4]);
                return 1009;
            }
            case 7 -> {
                bytes.writeBytes(
                        RawClient.frame(FrameEncoder.TEXT, true, new byte[] {(byte) 0xc3, 0x28}));
                return 1007;
            }
            case 8 -> {
                bytes.writeBytes(message("1", "1", "room:1", "echo", nested(1_000)));
                return 1011;
            }
            case 9 -> {
                String giant = "\"" + "9".repeat(1 + Math.max(255, random.nextInt(9_000))) + "\"";
                bytes.writeBytes(message("1", giant, "room:1", "echo", "{}"));
                return 1011;
            }
            case 10 -> {
                bytes.writeBytes(RawClient.textFrame("[\"1\",\"1\",\"room:1\""));
                return 1011;
            }
            default -> {
                bytes.writeBytes(RawClient.frame(FrameEncoder.BINARY, true, new byte[] {9, 1}));
                return 1011;
            }
        }
        return 1002;
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
                client.write(RawClient.frame(FrameEncoder.CLOSE, true, new byte[] {3, (byte) 232}));
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
