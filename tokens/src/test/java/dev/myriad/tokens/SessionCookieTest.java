package dev.myriad.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
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
class SessionCookieTest {
    private static final String SECRET = "abcdefgh".repeat(8);
    private static final String SALT = "session salt";
    private static final long SEED = Long.getLong("myriad.fuzz.seed", System.nanoTime());

    private static Map<String, Object> read(String hex) {
        return TermReader.session(HexFormat.of().parseHex("83" + hex)).orElseThrow();
    }

    static Stream<Golden> vectors() {
        return Golden.read("session.txt");
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void agreesWithPlug(Golden vector) {
        Optional<Map<String, Object>> read =
                new SessionCookie("_chat_key", SECRET, SALT)
                        .read(vector.field("cookie"), vector.field("csrf_token"))
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
    void keysThatCannotBeRightAreRefused() {
        for (String secret : List.of("", "abcdefgh".repeat(7))) {
            assertThatThrownBy(() -> new SessionCookie("_chat_key", secret, SALT))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new SessionCookie("_chat_key", SECRET, ""))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(new SessionCookie("_chat_key", SECRET, SALT))
                .hasToString("SessionCookie[_chat_key]");
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
        System.out.println("SessionCookieTest: -Dmyriad.fuzz.seed=" + SEED);
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
