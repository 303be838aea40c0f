package dev.myriad.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.protocol.Envelope;
import dev.myriad.protocol.FrameDecoder;
import dev.myriad.protocol.FrameEncoder;
import dev.myriad.protocol.Handshake;
import dev.myriad.protocol.HttpException;
import dev.myriad.protocol.JsonCodec;
import dev.myriad.protocol.JsonScanner;
import dev.myriad.protocol.Partial;
import dev.myriad.protocol.Payload;
import dev.myriad.protocol.ProtocolException;
import dev.myriad.protocol.Ref;
import dev.myriad.protocol.RequestHead;
import dev.myriad.protocol.Serializer;
import dev.myriad.protocol.Utf8;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every parser under mutations: only its own exception comes out, it ends, it never reads or writes
 * outside of its range, and what it accepts is what a second opinion accepts.
 *
 * <p>A run is short by default. {@code -Dmyriad.fuzz.millis=60000} gives each test a minute, {@code
 * -Dmyriad.fuzz.seed=…} repeats.
 */
class ParsersFuzzTest {
    private static final long SEED = Long.getLong("myriad.fuzz.seed", System.nanoTime());
    private static final Duration TIME =
            Duration.ofMillis(Long.getLong("myriad.fuzz.millis", 1_500));
    private static final Duration INPUT_BUDGET = Duration.ofSeconds(5);

    /** Strict by default; its limit on digits is not ours. */
    private static final JsonMapper JACKSON =
            new JsonMapper(
                    JsonFactory.builder()
                            .streamReadConstraints(
                                    StreamReadConstraints.builder()
                                            .maxNumberLength(Integer.MAX_VALUE)
                                            .build())
                            .build());

    private static final Pattern ESCAPED_SURROGATE = Pattern.compile("\\\\u[dD][89a-fA-F]");
    private static final String V1_JOIN =
            """
            {"topic":"room:1","event":"phx_join","payload":{"a":[1]},"ref":"1","join_ref":"1"}\
            """;
    private static final int KEY = 0x1234_ABCD;

    @BeforeAll
    static void printTheSeed() {
        System.out.println("ParsersFuzzTest: -Dmyriad.fuzz.seed=" + SEED);
    }

    @Test
    void framesOfClients() {
        fuzz(
                "frames of clients",
                conversations(true),
                (input, random) -> assertFrames(input, random, true));
    }

    @Test
    void framesOfServers() {
        fuzz(
                "frames of servers",
                conversations(false),
                (input, random) -> assertFrames(input, random, false));
    }

    @Test
    void utf8AgreesWithTheJdk() {
        List<byte[]> corpus =
                utf8(
                        "plain ascii text of some length",
                        "é",
                        "ߐ߿",
                        "ࠀ☕퟿\ue000\uffff",
                        "𐀀😀\udbff\udfff",
                        "x☕y😀z");
        fuzz(
                "UTF-8",
                corpus,
                (input, random) -> {
                    String outcome =
                            Poison.outcome(
                                    input,
                                    random,
                                    (bytes, from, to, _) -> "" + Utf8.valid(bytes, from, to));
                    assertThat(outcome).isEqualTo("" + jdkAccepts(input));
                });
    }

    @Test
    void jsonAgreesWithJackson() {
        fuzz(
                "JSON",
                utf8(
                        "{\"a\":[1,-2.5e+3,0.1E-2,true,false,null,\"x\\n"
                                + "\\u00e9\\ud83d\\ude00\"],\"b\":{}}",
                        " [ [ [ ] , { \"k\" : [ { } ] } ] , \"a longer string without escapes\" ] ",
                        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t☕\"",
                        "-0.0",
                        "1e5"),
                ParsersFuzzTest::assertJson);
    }

    @Test
    void textOfVersionOne() {
        fuzz(
                "V1 text",
                utf8(
                        V1_JOIN,
                        " { \"ref\" : null , \"t\\u006fpic\" : \"a\\\"b\" , \"x\":[] ,"
                                + " \"event\":\"e\", \"payload\" : { } } "),
                (input, random) -> assertText(Serializer.V1, input, random));
    }

    @Test
    void textOfVersionTwo() {
        fuzz(
                "V2 text",
                utf8(
                        "[\"1\",\"2\",\"room:lobby\",\"new_msg\",{\"body\":\"hi\",\"n\":[1,2.5e3,null]}]",
                        " [ null , 12 , \"t☕\\ud83d\\ude00\" , \"e\\n"
                                + "\" , { \"a\" : { } } , \"more\" , [ ] ] ",
                        "[null,\"3\",\"phoenix\",\"heartbeat\",{}]"),
                (input, random) -> assertText(Serializer.V2, input, random));
    }

    @Test
    void binaryOfVersionTwo() {
        HexFormat hex = HexFormat.of();
        fuzz(
                "V2 binary",
                List.of(
                        hex.parseHex("0002010302" + "3130" + "31" + "746f70" + "6576" + "0102ff"),
                        hex.parseHex("0000000101" + "74" + "65"),
                        hex.parseHex("0003010201" + "61225c" + "0a" + "c3a9" + "65" + "00"),
                        hex.parseHex(
                                "03010101010201" + "31" + "32" + "74" + "65" + "7b7d" + "7b7d"),
                        hex.parseHex("03000001020000" + "74" + "c3a9" + "ff")),
                ParsersFuzzTest::assertBinary);
    }

    @Test
    void requests() {
        String key = "dGhlIHNhbXBsZSBub25jZQ==";
        byte[] upgrade =
                Handshake.request(
                        "localhost:4000",
                        "/socket/websocket?vsn=2.0.0&a=%C3%A9+b",
                        key,
                        Optional.of("phoenix"));
        fuzz(
                "requests",
                List.of(
                        upgrade,
                        head("GET / HTTP/1.1", "Host: [::1]", "", "body"),
                        head(
                                "POST /a%2Fb/?x&y=1&x=2 HTTP/1.1",
                                "Host: a", "Content-Length: 12", "X: \t y ", "", ""),
                        head("GET /x HTTP/1.0", "A: b", "A: c", "", "")),
                ParsersFuzzTest::assertRequest);
    }

    private static byte[] head(String... lines) {
        return String.join("\r\n", lines).getBytes(StandardCharsets.US_ASCII);
    }

    private static void fuzz(String what, List<byte[]> corpus, Fuzzer.Target target) {
        long inputs = new Fuzzer(SEED, corpus, INPUT_BUDGET).run(Long.MAX_VALUE, TIME, target);
        System.out.println("ParsersFuzzTest: " + inputs + " inputs, " + what);
    }

    /** Whole or in chunks, a stream gives the same. */
    private static void assertFrames(byte[] input, Random random, boolean fromClient) {
        int[] limits = {0, 5, 125, 300, 70_000, Integer.MAX_VALUE};
        int maxFrame = limits[random.nextInt(limits.length)];
        int maxMessage = limits[random.nextInt(limits.length)];
        FrameDecoder decoder =
                fromClient
                        ? FrameDecoder.server(maxFrame, maxMessage)
                        : FrameDecoder.client(maxFrame, maxMessage);
        String whole =
                Poison.outcome(
                        input,
                        random,
                        (bytes, from, to, _) ->
                                frames(decoder, bytes, from, to, Integer.MAX_VALUE, new Random(0)));
        int chunkMax = 1 + random.nextInt(random.nextBoolean() ? 4 : 400);
        String chunked =
                Poison.outcome(
                        input,
                        random,
                        (bytes, from, to, chunking) ->
                                frames(decoder, bytes, from, to, chunkMax, chunking));
        assertThat(chunked).isEqualTo(whole);
    }

    private static String frames(
            FrameDecoder decoder, byte[] bytes, int from, int to, int chunkMax, Random chunking) {
        Transcript transcript = new Transcript();
        Partial pending = null;
        try {
            int at = from;
            while (at < to) {
                int end = chunkMax >= to - at ? to : at + 1 + chunking.nextInt(chunkMax);
                pending = decoder.decode(pending, bytes, at, end, transcript);
                at = end;
            }
        } catch (ProtocolException e) {
            return transcript.lines + "refused " + e.closeCode();
        }
        return transcript.lines + (pending == null ? "" : "unfinished or closed");
    }

    private static void assertJson(byte[] input, Random random) {
        String outcome =
                Poison.outcome(
                        input,
                        random,
                        (bytes, from, to, _) -> {
                            try {
                                return "ends at " + (JsonScanner.skipValue(bytes, from, to) - from);
                            } catch (ProtocolException e) {
                                return "refused " + e.closeCode();
                            }
                        });
        if (!Utf8.valid(input, 0, input.length)) {
            return; // only has to be harmless: such bytes never get that far
        }
        String text = new String(input, StandardCharsets.UTF_8);
        boolean accepted = !outcome.startsWith("refused") && rest(input, outcome).isBlank();
        if (accepted) {
            assertThat(jacksonAccepts(text)).as("Jackson accepts %s", text).isTrue();
        } else if (!ESCAPED_SURROGATE.matcher(text).find() && !nestedTooDeep(text)) {
            assertThat(jacksonAccepts(text)).as("Jackson accepts %s", text).isFalse();
        }
    }

    private static String rest(byte[] input, String outcome) {
        int end = Integer.parseInt(outcome.substring("ends at ".length()));
        String rest = new String(input, end, input.length - end, StandardCharsets.UTF_8);
        return rest.matches("[ \\t\\r\\n]*") ? "" : "more";
    }

    private static boolean jacksonAccepts(String text) {
        try {
            return !JACKSON.readTree(text).isMissingNode();
        } catch (JacksonException _) {
            return false;
        }
    }

    /** An upper bound will do: the brackets in strings count too. */
    private static boolean nestedTooDeep(String text) {
        return text.chars().filter(c -> c == '[' || c == '{').count() > JsonScanner.DEPTH_MAX;
    }

    /** What is accepted is encoded again and means the same. */
    private static void assertText(Serializer serializer, byte[] input, Random random) {
        boolean utf8 = Utf8.valid(input, 0, input.length);
        Poison.outcome(
                input,
                random,
                (bytes, from, to, _) -> {
                    Envelope envelope = new Envelope();
                    try {
                        serializer.decodeText(bytes, from, to, envelope);
                    } catch (ProtocolException e) {
                        return "refused " + e.closeCode();
                    }
                    assertThat(envelope.binary()).isFalse();
                    String fields = fields(envelope);
                    if (utf8) {
                        assertThat(fields(again(envelope))).isEqualTo(fields);
                        String payload =
                                new String(
                                        envelope.payload(Codec.NONE).bytes(),
                                        StandardCharsets.UTF_8);
                        assertThat(jacksonAccepts(payload)).isTrue();
                    }
                    return fields;
                });
    }

    private static Envelope again(Envelope envelope) {
        byte[] frame =
                Serializer.V2.push(
                        envelope.joinRef(),
                        envelope.ref(),
                        envelope.topic(),
                        envelope.event(),
                        Payload.EMPTY);
        byte[] payload = envelope.payload(Codec.NONE).bytes();
        Envelope copy = new Envelope();
        FrameDecoder.client(1 << 20, 1 << 20)
                .decode(
                        null,
                        frame,
                        0,
                        frame.length,
                        new Transcript() {
                            @Override
                            public void text(byte[] bytes, int from, int to) {
                                byte[] text = withPayload(bytes, from, to, payload);
                                Serializer.V2.decodeText(text, 0, text.length, copy);
                            }
                        });
        return copy;
    }

    /** A message as a client sends it, with any JSON in the place of the empty object. */
    private static byte[] withPayload(byte[] message, int from, int to, byte[] payload) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        text.write(message, from, to - from - "{}]".length());
        text.writeBytes(payload);
        text.write(']');
        return text.toByteArray();
    }

    /** What is accepted can be replied to. */
    private static void assertBinary(byte[] input, Random random) {
        Poison.outcome(
                input,
                random,
                (bytes, from, to, _) -> {
                    Envelope envelope = new Envelope();
                    try {
                        Serializer.V2.decodeBinary(bytes, from, to, envelope);
                    } catch (ProtocolException e) {
                        return "refused " + e.closeCode();
                    }
                    byte[] ref = envelope.ref();
                    byte[] joinRef = envelope.joinRef();
                    assertThat(envelope.joinRefIs(joinRef)).isTrue();
                    assertThat(ref == null || Arrays.equals(Ref.of(ref, 0, ref.length), ref))
                            .isTrue();
                    Payload payload = envelope.payload(Codec.NONE);
                    assertThat(Serializer.V2.reply(joinRef, ref, envelope.topic(), "ok", payload))
                            .isNotEmpty();
                    assertThat(
                                    Serializer.V2.reply(
                                            joinRef, ref, envelope.topic(), "ok", Payload.EMPTY))
                            .isNotEmpty();
                    return fields(envelope);
                });
    }

    private static String fields(Envelope envelope) {
        byte[] joinRef = envelope.joinRef();
        byte[] topic = envelope.topic().getBytes(StandardCharsets.UTF_8);
        assertThat(envelope.hasJoinRef()).isEqualTo(joinRef != null);
        assertThat(envelope.joinRefIs(joinRef)).isTrue();
        assertThat(envelope.topicIs(topic) || envelope.topic().indexOf('\ufffd') >= 0).isTrue();
        return String.join(
                "|",
                token(joinRef),
                token(envelope.ref()),
                envelope.topic(),
                envelope.event(),
                HexFormat.of().formatHex(envelope.payload(Codec.NONE).bytes()));
    }

    private static String token(byte @Nullable [] token) {
        return token == null ? "none" : new String(token, StandardCharsets.UTF_8);
    }

    /**
     * A head is complete at its end and not before, and what is refused stays refused when more
     * comes.
     */
    private static void assertRequest(byte[] input, Random random) {
        String outcome =
                Poison.outcome(input, random, (bytes, from, to, _) -> request(bytes, from, to));
        int cut = random.nextInt(input.length + 1);
        String before =
                Poison.outcome(
                        Arrays.copyOf(input, cut),
                        random,
                        (bytes, from, to, _) -> request(bytes, from, to));
        if (before.startsWith("refused")) {
            assertThat(outcome).startsWith("refused");
        } else if (!before.equals("incomplete")) {
            assertThat(outcome).isEqualTo(before);
        } else if (outcome.startsWith("head of ")) {
            assertThat(cut)
                    .isLessThan(Integer.parseInt(outcome.substring(8, outcome.indexOf(':'))));
        }
    }

    private static String request(byte[] bytes, int from, int to) {
        try {
            RequestHead head = RequestHead.parse(bytes, from, to, 2_000, 20);
            return head == null ? "incomplete" : "head of " + head.length() + ":" + describe(head);
        } catch (HttpException e) {
            return "refused " + e.status();
        }
    }

    private static List<Object> describe(RequestHead head) {
        String upgrade;
        try {
            Handshake.check(head);
            upgrade =
                    new String(Handshake.accept(head, Optional.empty()), StandardCharsets.US_ASCII);
        } catch (HttpException e) {
            upgrade = "refused " + e.status();
        }
        return List.of(
                head.method(),
                head.target(),
                head.path(),
                head.queryParameters(),
                head.headers(),
                head.contentLength(),
                head.isHttp11(),
                head.wantsWebSocket(),
                upgrade);
    }

    private static boolean jdkAccepts(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException _) {
            return false;
        }
    }

    private static List<byte[]> utf8(String... texts) {
        return Arrays.stream(texts).map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    }

    /**
     * Streams of frames: whole ones, fragments with control frames between, every length encoding,
     * a close.
     */
    private static List<byte[]> conversations(boolean masked) {
        byte[] none = new byte[0];
        byte[] medium = "☕".repeat(60).getBytes(StandardCharsets.UTF_8);
        byte[] bye = FrameEncoder.closePayload(1000, "bye é");
        byte[] hello = "Hello é".getBytes(StandardCharsets.UTF_8);
        return List.of(
                join(
                        frame(masked, 0x81, hello),
                        frame(masked, 0x82, none),
                        frame(masked, 0x88, bye)),
                join(
                        frame(masked, 0x01, hello),
                        frame(masked, 0x89, hello),
                        frame(masked, 0x00, medium),
                        frame(masked, 0x80, hello)),
                join(
                        frame(masked, 0x81, medium),
                        frame(masked, 0x8A, none),
                        frame(masked, 0x88, none)),
                Arrays.copyOf(frame(masked, 0x82, new byte[66_000]), 1_000));
    }

    private static byte[] frame(boolean masked, int firstByte, byte[] payload) {
        int length = payload.length;
        byte[] frame =
                masked
                        ? FrameEncoder.maskedFrame(0, payload, 0, length, KEY)
                        : FrameEncoder.frame(0, payload, 0, length);
        frame[0] = (byte) firstByte;
        return frame;
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            whole.writeBytes(part);
        }
        return whole.toByteArray();
    }

    /** Writes down all events. */
    private static class Transcript implements FrameDecoder.Sink {
        private final StringBuilder lines = new StringBuilder();

        @Override
        public void text(byte[] bytes, int from, int to) {
            assertThat(Utf8.valid(bytes, from, to)).isTrue();
            line("text", bytes, from, to);
        }

        @Override
        public void binary(byte[] bytes, int from, int to) {
            line("binary", bytes, from, to);
        }

        @Override
        public void ping(byte[] bytes, int from, int to) {
            line("ping", bytes, from, to);
        }

        @Override
        public void pong(byte[] bytes, int from, int to) {
            line("pong", bytes, from, to);
        }

        @Override
        public void close(int code, String reason) {
            lines.append("close ").append(code).append(reason).append('\n');
        }

        private void line(String kind, byte[] bytes, int from, int to) {
            lines.append(kind).append(HexFormat.of().formatHex(bytes, from, to)).append('\n');
        }
    }

    /** Payloads are only bytes here. */
    private enum Codec implements JsonCodec {
        NONE;

        @Override
        public Object read(byte[] json, java.lang.reflect.Type type) {
            throw new UnsupportedOperationException();
        }

        @Override
        public byte[] write(Object value) {
            throw new UnsupportedOperationException();
        }
    }
}
