package dev.myriad.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.Cluster.Member;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes between nodes: two releases that run side by side have to agree on them. */
class NodeWireTest {
    private static final long ORIGIN = 0x0102030405060708L;
    private static final Payload JSON = Payload.json(ascii("{\"n\":1}"));
    private static final Member MEMBER =
            new Member(ORIGIN, 9, "ada", Payload.json(ascii("{\"m\":2}")));

    /** One of each kind, and the bytes that version 1 has for it, for ever. */
    record Vector(NodeMessage message, String hex) {}

    static List<Vector> vectors() {
        return List.of(
                new Vector(
                        publish("r:é", "said", JSON),
                        "01010102030405060708beef000000000000002a020004723ac3a900047361696400000007"
                                + hex(
                                        frame(
                                                "[null,null,\"r:é\",\"said\",{\"n\":1}]"
                                                        .getBytes(StandardCharsets.UTF_8)))),
                new Vector(
                        new NodeMessage.Publish(
                                ORIGIN,
                                1,
                                2,
                                "t",
                                "e".repeat(300),
                                Payload.binary(new byte[] {1, 2}),
                                new byte[0]),
                        "0101010203040506070800010000000000000002010001740"
                                + "12c"
                                + "65".repeat(300)
                                + "000000020102"),
                new Vector(
                        new NodeMessage.Track(ORIGIN, 3, 4, "t", MEMBER, OptionalLong.of(8)),
                        "01020102030405060708000300000000000000040100017400000000000000080000000000"
                                + "0000090003616461000000077b226d223a327d"),
                new Vector(
                        new NodeMessage.Untrack(ORIGIN, 3, 5, "t", 9),
                        "0103010203040506070800030000000000000005000174000000000000" + "0009"),
                new Vector(
                        new NodeMessage.Beat(
                                ORIGIN,
                                NodeMessage.Beat.Kind.HELLO,
                                "one",
                                List.of(new NodeMessage.Last(0xffff, 7))),
                        "010401020304050607080100036f6e6500000001ffff0000000000000007"),
                new Vector(
                        new NodeMessage.Sync(ORIGIN, 6, new int[] {0, 0xffff}),
                        "01050102030405060708000000000000000600000002" + "0000ffff"),
                new Vector(
                        new NodeMessage.Synced(
                                ORIGIN,
                                6,
                                true,
                                List.of(
                                        new NodeMessage.Content(
                                                5,
                                                11,
                                                2,
                                                true,
                                                List.of(new NodeMessage.Present("t", MEMBER))))),
                        "0106010203040506070800000000000000060100000001"
                                + "0005000000000000000b00020100000001"
                                + "00017400000000000000090003616461000000077b226d223a327d"),
                new Vector(
                        new NodeMessage.Disconnect(ORIGIN, "users:1"),
                        "010701020304050607080007" + hex(ascii("users:1"))),
                new Vector(
                        new NodeMessage.Logged(
                                ORIGIN, 7, 9, "t", "e", JSON, NodeWire.frame("t", "e", JSON)),
                        "01080102030405060708000000000000000700000000000000090200017400016500000007"
                                + hex(frame(ascii("[null,null,\"t\",\"e\",{\"n\":1}]")))),
                new Vector(
                        new NodeMessage.Past(ORIGIN, 0xbeef, 42, 7, 1, "t", "e", JSON, new byte[0]),
                        "010b0102030405060708beef000000000000002a00000000000000070000000000000001000001740001"
                                + "65000000077b226e223a317d"),
                new Vector(
                        new NodeMessage.Stored(
                                ORIGIN,
                                LogKind.HISTORIES,
                                List.of(new NodeMessage.Last(0xffff, 7))),
                        "010a0102030405060708" + "00000001ffff0000000000000007"),
                new Vector(
                        new NodeMessage.Stored(
                                ORIGIN, LogKind.STATES, List.of(new NodeMessage.Last(0xffff, 7))),
                        "010c0102030405060708" + "00000001ffff0000000000000007"),
                new Vector(
                        new NodeMessage.Hole(ORIGIN, 7, "t"),
                        "01090102030405060708000000000000000700" + "0174"));
    }

    private static NodeMessage.Publish publish(String topic, String event, Payload payload) {
        return new NodeMessage.Publish(
                ORIGIN, 0xbeef, 42, topic, event, payload, NodeWire.frame(topic, event, payload));
    }

    /** A text frame without a mask. */
    private static byte[] frame(byte[] text) {
        byte[] frame = new byte[text.length + 2];
        frame[0] = (byte) 0x81;
        frame[1] = (byte) text.length;
        System.arraycopy(text, 0, frame, 2, text.length);
        return frame;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void theBytesOfVersionOne(Vector vector) throws Exception {
        assertThat(hex(NodeWire.bytes(vector.message))).isEqualTo(vector.hex);
        NodeMessage read = NodeWire.read(HexFormat.of().parseHex(vector.hex));
        assertThat(read).usingRecursiveComparison().isEqualTo(vector.message);
    }

    /** Where topics lie is a part of what nodes agree on. */
    @Test
    void theBucketsOfVersionOne() {
        assertThat(Buckets.of("")).isEqualTo(BUCKET_OF_NOTHING);
        assertThat(Buckets.of("room:lobby")).isEqualTo(BUCKET_OF_LOBBY);
        assertThat(Buckets.of("r:é")).isEqualTo(BUCKET_OF_ACCENT);
    }

    private static final int BUCKET_OF_NOTHING = 61392;
    private static final int BUCKET_OF_LOBBY = 17831;
    private static final int BUCKET_OF_ACCENT = 46533;

    @Test
    void topicsAreSpreadOverAllBuckets() {
        int[] counts = new int[Buckets.COUNT];
        for (int i = 0; i < 20 * Buckets.COUNT; i++) {
            counts[Buckets.of("device:" + i)]++;
        }
        assertThat(Arrays.stream(counts).max().orElseThrow()).isLessThan(60);
        assertThat(Arrays.stream(counts).min().orElseThrow()).isPositive();
    }

    @Test
    void payloadsOfAllKindsLieWithinTheFrame() throws Exception {
        for (Payload payload :
                List.of(
                        JSON,
                        Payload.EMPTY,
                        Payload.binary(new byte[0]),
                        Payload.binary(new byte[70_000]),
                        Payload.userBroadcast("mine", new byte[] {1, 2, 3}))) {
            for (String event : List.of("said", "broadcast")) {
                NodeMessage.Publish sent = publish("t", event, payload);
                NodeMessage.Publish read =
                        (NodeMessage.Publish) NodeWire.read(NodeWire.bytes(sent));
                assertThat(read.payload().bytes()).isEqualTo(payload.bytes());
                assertThat(read.payload().isBinary()).isEqualTo(payload.isBinary());
                assertThat(read.payload().userEvent()).isEqualTo(payload.userEvent());
                assertThat(read.frame()).isEqualTo(sent.frame());
            }
        }
    }

    @Test
    void anotherVersionIsRefusedAndNamed() {
        byte[] bytes = NodeWire.bytes(new NodeMessage.Disconnect(ORIGIN, "users:1"));
        bytes[0] = 2;
        assertThatThrownBy(() -> NodeWire.read(bytes))
                .isInstanceOf(NodeWire.UnreadableException.class)
                .hasMessageContaining("version 2");
    }

    /** Whatever comes, it is read or refused, and takes no more memory than it has bytes. */
    @Test
    void anythingIsReadOrRefused() {
        Random random = new Random(1);
        List<Vector> vectors = vectors();
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = NodeWire.bytes(vectors.get(random.nextInt(vectors.size())).message);
            int changes = 1 + random.nextInt(3);
            for (int j = 0; j < changes; j++) {
                bytes[random.nextInt(bytes.length)] =
                        (byte) (random.nextBoolean() ? random.nextInt() : random.nextInt(4) - 2);
            }
            byte[] cut = Arrays.copyOf(bytes, random.nextInt(bytes.length + 3));
            try {
                assertThat(NodeWire.read(cut)).isNotNull();
            } catch (NodeWire.UnreadableException expected) {
                assertThat(expected).hasMessageContainingAll("");
            }
        }
    }
}
