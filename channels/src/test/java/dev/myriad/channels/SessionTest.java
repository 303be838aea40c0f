package dev.myriad.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.myriad.net.memory.MemoryTransport;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sessions as {@code Plug.Session} keeps them in a signed cookie. The vectors were made by it; how
 * is told in {@code golden/session.txt}.
 */
@Timeout(60)
class SessionTest {
    private static final String SECRET = "abcdefgh".repeat(8);
    private static final String SALT = "session salt";
    private static final long SEED = Long.getLong("myriad.fuzz.seed", System.nanoTime());

    /** Also holds {@code return_to: nil} and, as {@code user_token}, 32 bytes from 0xe0 on. */
    private static final String SESSION =
            "SFMyNTY.g3QAAAAGbQAAAAtfY3NyZl90b2tlbm0AAAAYZ1R3cDB2cnIxcnNaOWZmNnlZdVp6N2Y5bQAAAA5s"
                    + "aXZlX3NvY2tldF9pZG0AAAARdXNlcnNfc2Vzc2lvbnM6NEFtAAAACHJlbWVtYmVyZAAEdHJ1ZW0AAAAJcmV0"
                    + "dXJuX3RvZAADbmlsbQAAAAd1c2VyX2lkYSptAAAACnVzZXJfdG9rZW5tAAAAIODh4uPk5ebn6Onq6-zt7u_w"
                    + "8fLz9PX29_j5-vv8_f7_.mxxpsc0efHbRQteEhWGep-Dy8-_1q8u2jd7rRkoDcSY";

    private static final String WITHOUT_CSRF =
            "SFMyNTY.g3QAAAABbQAAAAd1c2VyX2lkYSo.Sf4lxL5mFQrQelVzzHMP-yxI1oGNrCUmlwJokvk3Eko";
    private static final String SHORT_CSRF =
            "SFMyNTY.g3QAAAABbQAAAAtfY3NyZl90b2tlbm0AAAAFc2hvcnQ"
                    + ".lVSjyLOax2UZoMmYHRRVLThVDa5QDB3n4eRloGoVH-k";

    private static final String CSRF = "DyQAH2MFJgoFFUo4XxxXZC00ED4-BQ9IhpwoSsTx4g9bfz1RTmedD2iq";

    private final BlockingQueue<ConnectInfo> infos = new LinkedBlockingQueue<>();
    private final Endpoint endpoint =
            Endpoint.builder()
                    .socket(
                            "/s",
                            socket ->
                                    socket.session("_chat_key", SECRET, SALT)
                                            .connect(
                                                    (_, info) -> {
                                                        infos.add(info);
                                                        return ConnectResult.ok();
                                                    }))
                    .start(application -> MemoryTransport.start(1, application));

    @AfterEach
    void close() {
        endpoint.close();
    }

    private Optional<Session> sessionOf(String cookies, String query) throws InterruptedException {
        MemoryTransport transport = (MemoryTransport) endpoint.transport();
        String target = "/s/websocket?vsn=2.0.0" + query;
        assertThat(transport.connect(target, cookies).status()).isEqualTo(101);
        return infos.take().session();
    }

    private static String cookie(String value) {
        return "Cookie: theme=dark; _chat_key=" + value + "; last=1\r\n";
    }

    private static Map<String, Object> read(String hex) {
        return TermReader.session(HexFormat.of().parseHex("83" + hex)).orElseThrow();
    }

    static Stream<Golden> vectors() {
        return Golden.read("session.txt");
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void agreesWithPlug(Golden vector) throws Exception {
        String csrf = URLEncoder.encode(vector.field("csrf_token"), StandardCharsets.UTF_8);
        Optional<Map<String, Object>> read =
                sessionOf(cookie(vector.field("cookie")), "&_csrf_token=" + csrf)
                        .map(Session::values);
        switch (vector.kind()) {
            case "session" -> {
                Map<String, Object> values = new HashMap<>(read.orElseThrow());
                values.replaceAll((_, value) -> value instanceof byte[] b ? base16(b) : value);
                assertThat(values).isEqualTo(vector.json("json"));
            }
            case "refused" -> assertThat(read).isEmpty();
            default -> throw new AssertionError(vector.kind());
        }
    }

    private static String base16(byte[] bytes) {
        return "base16:" + HexFormat.of().formatHex(bytes);
    }

    @Test
    void isReadIfThePageKnowsItsToken() throws Exception {
        Session session = sessionOf(cookie(SESSION), "&_csrf_token=" + CSRF).orElseThrow();
        assertThat(session.integer("user_id")).contains(42L);
        assertThat(session.text("live_socket_id")).contains("users_sessions:4A");
        assertThat(session.values()).containsEntry("remember", true);
        assertThat(session.values()).doesNotContainKey("return_to");
        byte[] token = session.bytes("user_token").orElseThrow();
        assertThat(HexFormat.of().formatHex(token))
                .isEqualTo("e0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
        assertThat(session.text("user_token")).isEmpty();
        assertThat(session.text("user_id")).isEmpty();
        assertThat(session.bytes("live_socket_id").orElseThrow())
                .isEqualTo("users_sessions:4A".getBytes(StandardCharsets.UTF_8));
        assertThat(session.bytes("none")).isEmpty();
        assertThat(session.toString()).contains("user_id").doesNotContain("42");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "&_csrf_token=",
                "&_csrf_token=x",
                "&_csrf_token=gTwp0vrr1rsZ9ff6yYuZz7f9", // as it is in the session
                "&_csrf_token=DyQAH2MFJgoFFUo4XxxXZC00ED4-BQ9JhpwoSsTx4g9bfz1RTmedD2iq",
                "&_csrf_token=DyQAH2MFJgoFFUo4XxxXZC00ED4-BQ9IhpwoSsTx4g9bfz1RTmedD2ir",
                "&_csrf_token=DyQAH2MFJgoFFUo4XxxXZC00ED4-BQ9IhpwoSsTx4g9bfz1RTmedD2i",
                "&_csrf_token=DyQAH2MFJgoFFUo4XxxXZC00ED4-BQ9IhpwoSsTx4g9bfz1RTmedD2iqq",
                "&_csrf_token=!yQAH2MFJgoFFUo4XxxXZC00ED4-BQ9IhpwoSsTx4g9bfz1RTmedD2iq",
                "&_csrf_token=DyQAH2MFJgoFFUo4XxxXZC00ED4-B%3D%3D%3DhpwoSsTx4g9bfz1RTmedD2iq",
                "&_csrf_token=DyQAH2MFJgoFFUo4XxxXZC00ED4-BQ9IhpwoSsTx4g9bfz1RTmedD2%C3%A9q",
            })
    void otherwiseThereIsNone(String query) throws Exception {
        assertThat(sessionOf(cookie(SESSION), query)).isEmpty();
    }

    @Test
    void thereIsNoneWithoutItsCookieOrToken() throws Exception {
        String query = "&_csrf_token=" + CSRF;
        assertThat(sessionOf("", query)).isEmpty();
        assertThat(sessionOf("Cookie: other=" + SESSION + "\r\n", query)).isEmpty();
        assertThat(sessionOf(cookie(WITHOUT_CSRF), query)).isEmpty();
        assertThat(sessionOf(cookie(SHORT_CSRF), query)).isEmpty();
        assertThat(sessionOf(cookie(SESSION.replace("mxxp", "mxxq")), query)).isEmpty();
        assertThat(sessionOf(cookie(SESSION.replace("lkYSpt", "lkYStt")), query)).isEmpty();
        assertThat(sessionOf(cookie("SFMyNTY..") + cookie(SESSION), query)).isEmpty();
    }

    @Test
    void keysThatCannotBeRightAreRefused() {
        for (String secret : List.of("", "abcdefgh".repeat(7))) {
            assertThatThrownBy(() -> new SessionCookie("_chat_key", secret, SALT))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new SessionCookie("_chat_key", SECRET, ""))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "7703666f6f,                           foo", // an atom
        "463ff8000000000000,                   1.5",
        "46bff8000000000000,                   -1.5",
        "6a,                                   []",
        "6b00020102,                           '[1, 2]'", // small integers
        "6c0000000261017703666f6f6a,           '[1, foo]'",
        "6c00000002610177036e696c6a,           [1]", // nil in a list
        "680261016102,                         '[1, 2]'", // a tuple
        "7400000001610761016101,               ''", // what follows is too much
        "74000000016107610a,                   {7=10}", // a key that is a number
    })
    void holdsMoreThanATokenMay(String hex, String text) {
        byte[] bytes = HexFormat.of().parseHex("8374000000016d0000000161" + hex);
        Optional<Map<String, Object>> session = TermReader.session(bytes);
        if (text.isEmpty()) {
            assertThat(session).isEmpty();
        } else {
            assertThat(session.orElseThrow().get("a")).hasToString(text);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5a0003", // a reference
                "70", // a function
                "6f0000000100" + "01", // a large big
                "6e0900010101010101010101", // more than 64 bits
                "4d000000010680", // a bit string
                "6c00000001610161" + "02", // an improper list
                "6c7fffffff6101", // one that is not all there
                "6cffffffff6101", // of negative length
                "6b0002" + "01",
                "46" + "3ff8",
                "68" + "ff6101",
                "50000000017801", // compressed
            })
    void isNoneIfATermIsNotKnown(String hex) {
        byte[] bytes = HexFormat.of().parseHex("8374000000016d0000000161" + hex);
        assertThat(TermReader.session(bytes)).isEmpty();
    }

    @Test
    void isAMapThatIsNotTooDeep() {
        assertThat(read("7400000000")).isEmpty();
        assertThat(TermReader.session(HexFormat.of().parseHex("836101"))).isEmpty();
        String list = "6c00000001";
        String start = "8374000000016d0000000161";
        HexFormat hex = HexFormat.of();
        byte[] most = hex.parseHex(start + list.repeat(15) + "6101" + "6a".repeat(15));
        byte[] more = hex.parseHex(start + list.repeat(16) + "6101" + "6a".repeat(16));
        byte[] far = hex.parseHex(start + "6801".repeat(5_000) + "6101");
        assertThat(TermReader.session(most)).isPresent();
        assertThat(TermReader.session(more)).isEmpty();
        assertThat(TermReader.session(far)).isEmpty();
    }

    /** Whatever the bytes are, reading ends. */
    @Test
    void readsOrRefusesMutations() {
        System.out.println("SessionTest: -Dmyriad.fuzz.seed=" + SEED);
        Random random = new Random(SEED);
        byte[] valid =
                HexFormat.of()
                        .parseHex(
                                "8374000000036d0000000161"
                                        + "6c0000000261017703666f6f6a"
                                        + "6d0000000162"
                                        + "680261016b00020102"
                                        + "6d0000000163"
                                        + "463ff8000000000000");
        int read = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] bytes = Arrays.copyOf(valid, valid.length - random.nextInt(3));
            for (int j = random.nextInt(3); j >= 0; j--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            if (TermReader.session(bytes).isPresent()) {
                read++;
            }
        }
        assertThat(read).isPositive();
    }
}
