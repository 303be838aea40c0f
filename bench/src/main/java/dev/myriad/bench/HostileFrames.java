package dev.myriad.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.myriad.protocol.FrameEncoder;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;

/**
 * What clients send that mean harm, and the valid frames between. The load generator measures with
 * them, a test checks how they are refused. Thread-safe: immutable, the randomness is the caller's.
 */
public final class HostileFrames {
    private static final int MASK_KEY = 0x37fa213d;
    private static final int TOPICS = 4;

    private final String topics;

    /**
     * @param topics how the topics to use begin
     */
    public HostileFrames(String topics) {
        this.topics = topics;
    }

    /** A masked frame; opcode 0 is a continuation. */
    public static byte[] frame(int opcode, boolean isFinal, byte[] payload) {
        byte[] frame = FrameEncoder.maskedFrame(opcode, payload, 0, payload.length, MASK_KEY);
        if (!isFinal) {
            frame[0] &= 0x7f;
        }
        return frame;
    }

    public static byte[] text(String text) {
        return frame(FrameEncoder.TEXT, true, text.getBytes(UTF_8));
    }

    /** The refs as they stand in JSON: quoted, or null. */
    public static byte[] message(
            String joinRef, String ref, String topic, String event, String payload) {
        return text("[%s,%s,\"%s\",\"%s\",%s]".formatted(joinRef, ref, topic, event, payload));
    }

    /** A payload of so many levels. */
    public static String nested(int depth) {
        return "{\"a\":" + "[".repeat(depth) + "]".repeat(depth) + "}";
    }

    /** A payload that has one key so many times. */
    public static String duplicatedKeys(int times) {
        return "{" + "\"a\":1,".repeat(times - 1) + "\"a\":2}";
    }

    /** A quoted ref of so many digits. */
    public static String giantRef(int digits) {
        return "\"" + "9".repeat(digits) + "\"";
    }

    /** The start of a frame that says it has 4 GiB. */
    public static byte[] frameOfFourGigabytes() {
        return new byte[] {(byte) 0x82, (byte) 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0};
    }

    /** So many fragments of one byte, of a message that goes on. */
    public static byte[] fragments(int count) {
        ByteArrayOutputStream fragments = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            fragments.writeBytes(frame(0, false, new byte[1]));
        }
        return fragments.toByteArray();
    }

    /** The head of a request whose long body may now crawl. */
    public static byte[] postHead(String target) {
        return postHead(target, 100_000);
    }

    /** The head of a request with so long a body. */
    public static byte[] postHead(String target, int length) {
        return "POST %s HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n"
                .formatted(target, length)
                .getBytes(US_ASCII);
    }

    /** A join at first, and then an event whose handler computes for seconds. */
    static byte[] spin(int topic, int act) {
        String event = act == 0 ? "phx_join" : "spin";
        return message("\"1\"", "\"1\"", "bench:spin" + topic, event, "{}");
    }

    /** A payload with so long a string. */
    public static String string(int length) {
        return "{\"text\":\"" + "x".repeat(length) + "\"}";
    }

    // ---- at random

    /** One frame or several that a server has to accept, whatever a channel says to them. */
    public byte[] valid(Random random) {
        String topic = topics + random.nextInt(TOPICS);
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
            case 7 -> frame(FrameEncoder.PING, true, new byte[random.nextInt(126)]);
            case 8 -> message("1", "1", topic, "echo", nested(random.nextBoolean() ? 100 : 1_000));
            default -> inFragments(random);
        };
    }

    private static String ref(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> "null";
            case 1 -> "\"" + "r".repeat(200) + "\"";
            case 2 -> "" + Long.MAX_VALUE;
            default -> "\"" + random.nextInt(4) + "\"";
        };
    }

    private static byte[] inFragments(Random random) {
        byte[] whole = "[null,\"5\",\"phoenix\",\"heartbeat\",{\"é\":1}]".getBytes(UTF_8);
        int cut = random.nextInt(whole.length);
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        frames.writeBytes(frame(FrameEncoder.TEXT, false, Arrays.copyOfRange(whole, 0, cut)));
        frames.writeBytes(frame(FrameEncoder.PING, true, new byte[1]));
        frames.writeBytes(frame(0, true, Arrays.copyOfRange(whole, cut, whole.length)));
        return frames.toByteArray();
    }

    /** Adds something that ends a connection; returns with which close code. */
    public int offence(Random random, ByteArrayOutputStream bytes) {
        String topic = topics + 1;
        switch (random.nextInt(11)) {
            case 0 -> bytes.writeBytes(FrameEncoder.frame(FrameEncoder.TEXT, new byte[1], 0, 1));
            case 1 -> {
                byte[] reserved = text("x");
                reserved[0] |= 0x40;
                bytes.writeBytes(reserved);
            }
            case 2 -> bytes.writeBytes(frame(3 + random.nextInt(5), true, new byte[1]));
            case 3 -> bytes.writeBytes(frame(FrameEncoder.PING, false, new byte[1]));
            case 4 -> bytes.writeBytes(frame(0, true, new byte[1]));
            case 5 -> {
                bytes.writeBytes(frame(FrameEncoder.TEXT, false, new byte[] {'['}));
                bytes.writeBytes(text("[]"));
            }
            case 6 -> {
                bytes.writeBytes(frameOfFourGigabytes());
                return 1009;
            }
            case 7 -> {
                bytes.writeBytes(frame(FrameEncoder.TEXT, true, new byte[] {(byte) 0xc3, 0x28}));
                return 1007;
            }
            case 8 -> {
                String giant = giantRef(1 + Math.max(255, random.nextInt(9_000)));
                bytes.writeBytes(message("1", giant, topic, "echo", "{}"));
                return 1011;
            }
            case 9 -> {
                bytes.writeBytes(text("[\"1\",\"1\",\"" + topic + "\""));
                return 1011;
            }
            default -> {
                bytes.writeBytes(frame(FrameEncoder.BINARY, true, new byte[] {9, 1}));
                return 1011;
            }
        }
        return 1002;
    }
}
