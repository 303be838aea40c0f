package dev.myriad.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tokens as {@code Phoenix.Token} makes and reads them. The vectors were made by it; how is told in
 * {@code golden/token.txt}.
 */
class TokenTest {
    private static final String SECRET = "abcdefgh".repeat(8);
    private static final String SALT = "user socket";
    private static final long SIGNED_AT = 1_700_000_000_000L;
    private static final Duration DAY = Duration.ofDays(1);
    private static final long SEED = Long.getLong("myriad.fuzz.seed", System.nanoTime());
    private static final int FUZZED = 200_000;

    private static final String OF_ONE =
            "SFMyNTY.g2gDYQFuBgAAaOXPiwFiAAFRgA.pVQyJhbbKrMTF7SPAEhhkeN36zPMMdTQxpZfdHyYVQA";
    private static final String WITHOUT_END =
            "SFMyNTY.g2gDYQFuBgAAaOXPiwF3CGluZmluaXR5.rji7kluF7AeiftyLTpQ5cAlV1ZNqVvev5npGCAAQLhQ";
    private static final String WITHOUT_AGE =
            "SFMyNTY.g2gCYQFuBgAAaOXPiwE.LZKblnn7HMBunIac1b-7cJzowb7hsum0Wt_9pOr6Zps";
    private static final String OF_A_LIST =
            "SFMyNTY.g2gDam4GAABo5c-LAWIAAVGA.X1rKzJ3PIF83RqG2O-U6zaXIXnFI7RTGkEGlb17MmiA";

    static Stream<Golden> vectors() {
        return Golden.read("token.txt");
    }

    private static TokenResult verify(String token, long ageMillis) {
        return Token.verify(SECRET, SALT, token, Optional.empty(), SIGNED_AT + ageMillis);
    }

    private static TokenResult verify(String token, Duration maxAge, long ageMillis) {
        return Token.verify(SECRET, SALT, token, Optional.of(maxAge), SIGNED_AT + ageMillis);
    }

    private static TokenResult valid(Object data) {
        return new TokenResult.Valid(data, Instant.ofEpochMilli(SIGNED_AT));
    }

    /** Of a token that was signed just now. */
    private static Object data(TokenResult result) {
        assertThat(result).isInstanceOf(TokenResult.Valid.class);
        return ((TokenResult.Valid) result).data();
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void agreesWithPhoenix(Golden vector) {
        String secret = vector.find("secret").isEmpty() ? SECRET : (String) vector.json("secret");
        String salt = vector.find("salt").isEmpty() ? SALT : (String) vector.json("salt");
        long signedAt = vector.find("signed_at").map(TokenTest::millis).orElse(SIGNED_AT);
        String token = vector.field("token");
        TokenResult result = Token.verify(secret, salt, token, Optional.empty(), signedAt);
        switch (vector.kind()) {
            case "same" -> {
                Object data = vector.json("json");
                Duration maxAge =
                        vector.find("max_age")
                                .map(age -> Duration.ofSeconds(Long.parseLong(age)))
                                .orElse(DAY);
                assertThat(Token.sign(secret, salt, data, signedAt, maxAge)).isEqualTo(token);
                assertHolds(result, data);
                long end = signedAt + maxAge.toMillis();
                assertHolds(Token.verify(secret, salt, token, Optional.empty(), end), data);
                assertThat(Token.verify(secret, salt, token, Optional.empty(), end + 1))
                        .isEqualTo(new TokenResult.Expired());
            }
            case "read" -> assertHolds(result, vector.json("json"));
            case "expired" -> assertThat(result).isEqualTo(new TokenResult.Expired());
            case "refused" -> assertThat(result).isEqualTo(new TokenResult.Invalid());
            default -> throw new AssertionError(vector.kind());
        }
    }

    private static long millis(String seconds) {
        return new BigDecimal(seconds).movePointRight(3).longValueExact();
    }

    private static void assertHolds(TokenResult result, Object data) {
        assertThat(result)
                .isInstanceOfSatisfying(
                        TokenResult.Valid.class, valid -> assertThat(valid.data()).isEqualTo(data));
    }

    @Test
    void expires() {
        TokenResult expired = new TokenResult.Expired();
        long day = DAY.toMillis();
        assertThat(verify(OF_ONE, day)).isEqualTo(valid(1L));
        assertThat(verify(OF_ONE, day + 1)).isEqualTo(expired);
        assertThat(verify(WITHOUT_AGE, day)).isEqualTo(valid(1L));
        assertThat(verify(WITHOUT_AGE, day + 1)).isEqualTo(expired);
        assertThat(verify(WITHOUT_END, 1_000 * day)).isEqualTo(valid(1L));
        assertThat(verify(WITHOUT_END, DAY, day + 1)).isEqualTo(expired);
        assertThat(verify(OF_ONE, Duration.ofDays(2), day + 1)).isEqualTo(valid(1L));
        assertThat(verify(OF_ONE, Duration.ofSeconds(5), 5_001)).isEqualTo(expired);
        assertThat(verify(OF_ONE, Duration.ofSeconds(Long.MAX_VALUE), day)).isEqualTo(valid(1L));
        assertThat(verify(OF_ONE, Duration.ZERO, 0)).isEqualTo(expired);
        assertThat(verify(OF_ONE, Duration.ofSeconds(-1), -5_000)).isEqualTo(expired);
    }

    @Test
    void tellsWhenItWasSigned() {
        Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        String token = Token.sign(SECRET, SALT, "ada");
        assertThat(Token.verify(SECRET, SALT, token))
                .isInstanceOfSatisfying(
                        TokenResult.Valid.class,
                        valid -> assertThat(valid.signedAt()).isBetween(before, Instant.now()));
    }

    @Test
    void isOnlyValidForItsSecretAndSaltAndNow() {
        String token = Token.sign(SECRET, SALT, Map.of("user", "ada", "id", 7));
        Map<String, Object> data = Map.of("user", "ada", "id", 7L);
        assertThat(data(Token.verify(SECRET, SALT, token))).isEqualTo(data);
        assertThat(data(Token.verify(SECRET, SALT, token, DAY))).isEqualTo(data);
        assertThat(Token.verify(SECRET + "x", SALT, token)).isEqualTo(new TokenResult.Invalid());
        assertThat(Token.verify(SECRET, "user", token)).isEqualTo(new TokenResult.Invalid());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "...",
                "SFMyNTY",
                "SFMyNTY.",
                "SFMyNTY..",
                "SFMyNTY.g2gDYQFuBgAAaOXPiwFiAAFRgA",
                "SFMyNTY.g2gDYQFuBgAAaOXPiwFiAAFRgA.",
                "SFMyNTY.g2gDYQFuBgAAaOXPiwFiAAFRgA.pVQy",
                "SFMyNTY.g2gDYQJuBgAAaOXPiwFiAAFRgA.pVQyJhbbKrMTF7SPAEhhkeN36zPMMdTQxpZfdHyYVQA",
                "SFMyNTY.g2gDYQFuBgAAaOXPiwFiAAFRgA.pVQyJhbbKrMTF7SPAEhhkeN36zPMMdTQxpZfdHyYVQB",
                "SFMzODQ.g2gDYQFuBgAAaOXPiwFiAAFRgA.pVQyJhbbKrMTF7SPAEhhkeN36zPMMdTQxpZfdHyYVQA",
                "bm9uZQ.g2gDYQFuBgAAaOXPiwFiAAFRgA.",
                "SFMyNTY.é.☕",
            })
    void refusesWhatIsNoTokenOfOurs(String token) {
        // One ends in other bits that base64 does not use: they change no byte of the signature.
        boolean sameBytes = token.endsWith("VQB");
        TokenResult expected = sameBytes ? valid(1L) : new TokenResult.Invalid();
        assertThat(verify(token, 0)).isEqualTo(expected);
    }

    @Test
    void refusesTermsOfOtherKindsAndLongTokens() {
        assertThat(verify(OF_A_LIST, 0)).isEqualTo(new TokenResult.Invalid());
        String huge = OF_ONE.replace("g2gD", "g2gD" + "A".repeat(20_000));
        assertThat(verify(huge, 0)).isEqualTo(new TokenResult.Invalid());
    }

    @Test
    void refusesToSignWhatItCouldNotVerify() {
        Object deep = "x";
        for (int i = 0; i < 16; i++) {
            deep = Map.of("k", deep);
        }
        assertThat(data(Token.verify(SECRET, SALT, Token.sign(SECRET, SALT, deep))))
                .isEqualTo(deep);
        for (Object data :
                List.of(
                        1.5,
                        List.of(1),
                        Map.of(1, "x"),
                        Map.of("k", deep),
                        "\ud800",
                        "x".repeat(20_000))) {
            assertThatThrownBy(() -> Token.sign(SECRET, SALT, data))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> Token.sign("short", SALT, "x"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Token.verify(SECRET, "", OF_ONE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** The last 6 bytes say when, and so do those after them how old it may be. */
    private static Optional<Object> data(String hex) {
        byte[] bytes = HexFormat.of().parseHex("836803" + hex + "6e06000068e5cf8b01" + "6101");
        return TermReader.signed(bytes).map(SignedTerm::data);
    }

    @Test
    void readsTheTermsItKnowsHoweverWritten() {
        assertThat(data("61ff")).contains(255L);
        assertThat(data("6e0100ff")).contains(255L);
        assertThat(data("6e0000")).contains(0L);
        assertThat(data("6e0800ffffffffffffff7f")).contains(Long.MAX_VALUE);
        assertThat(data("6d00000000")).contains("");
        for (String atom : List.of("640004", "7304", "760004", "7704")) {
            assertThat(data(atom + "74727565")).contains(true);
            assertThat(data("7400000001" + atom + "747275656101")).contains(Map.of("true", 1L));
        }
        assertThat(data("7400000000")).contains(Map.of());
    }

    @Test
    void mapsOfOtherFieldsAreNoTokens() {
        String data = "7704" + "64617461" + "6101";
        String signed = "7706" + "7369676e6564";
        HexFormat hex = HexFormat.of();
        for (String map :
                List.of(
                        "00000000",
                        "00000001" + data,
                        "00000001" + signed + "6101",
                        "00000002" + data + signed + "62ffffffff", // -1
                        "00000002" + data + signed + "6d0000000131", // "1"
                        "00000003" + data + signed + "6101" + "770178" + "6101")) {
            assertThat(TermReader.signed(hex.parseHex("8374" + map))).as(map).isEmpty();
        }
        byte[] right = hex.parseHex("8374" + "00000002" + data + signed + "6101");
        assertThat(TermReader.signed(right).map(SignedTerm::data)).contains(1L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // nothing
                "6e080000000000000000" + "80", // 2^63
                "6e080101000000000000" + "80", // -2^63 - 1
                "6e0900010101010101010101", // more than 64 bits
                "6f0000000100" + "01", // a large big
                "6d7fffffff78", // a string that is not all there
                "6dffffffff78", // of negative length
                "6d00000001ff", // not UTF-8
                "7703666f6f", // another atom
                "77036e696c", // nil
                "64ffff61", // an atom of 65,535 bytes
                "747fffffff6101", // a map that is not all there
                "74ffffffff", // of negative size
                "7400000001" + "6101" + "6101", // a key that is a number
                "7400000002" + "6d0000000161" + "6101" + "770161" + "6102", // one key twice
                "50000000017801", // compressed
                "463ff8000000000000", // a float
                "6a", // []
                "6b00016f", // "o"
                "68016101", // a tuple
                "6c000000016101" + "6a", // [1]
                "5a0003", // a reference
                "70", // a function
            })
    void refusesAllOtherTerms(String hex) {
        assertThat(data(hex)).isEmpty();
    }

    @Test
    void refusesMapsThatAreTooDeep() {
        String map = "7400000001" + "6d0000000161";
        assertThat(data(map.repeat(16) + "6101")).isPresent();
        assertThat(data(map.repeat(17) + "6101")).isEmpty();
        assertThat(data(map.repeat(5_000) + "6101")).isEmpty();
    }

    /** Whatever the bytes are, reading ends, and what is read can be written and read again. */
    @Test
    void readsOrRefusesMutations() {
        System.out.println("TokenTest: -Dmyriad.fuzz.seed=" + SEED);
        Random random = new Random(SEED);
        List<Object> data =
                List.of(1L, "Zoë", -1L, 1L << 40, Map.of("id", 7L, "in", Map.of("ok", true)));
        List<byte[]> corpus =
                data.stream().map(some -> TermWriter.signed(some, SIGNED_AT, 86_400)).toList();
        int read = 0;
        for (int i = 0; i < FUZZED; i++) {
            byte[] bytes = mutation(corpus.get(random.nextInt(corpus.size())), random);
            Optional<SignedTerm> term = TermReader.signed(bytes);
            if (term.isPresent()) {
                read++;
                byte[] again =
                        TermWriter.signed(term.get().data(), term.get().signedAtMillis(), 86_400);
                assertThat(TermReader.signed(again).map(SignedTerm::data))
                        .as("seed %d, iteration %d", SEED, i)
                        .contains(term.get().data());
            }
        }
        assertThat(read).isPositive();
    }

    private static byte[] mutation(byte[] valid, Random random) {
        byte[] bytes =
                switch (random.nextInt(4)) {
                    case 0 -> Arrays.copyOf(valid, random.nextInt(valid.length + 1));
                    case 1 -> Arrays.copyOf(valid, valid.length + random.nextInt(8));
                    default -> valid.clone();
                };
        for (int i = random.nextInt(4); i > 0 && bytes.length > 0; i--) {
            int at = random.nextInt(bytes.length);
            bytes[at] =
                    (byte)
                            (random.nextBoolean()
                                    ? random.nextInt(256)
                                    : bytes[at] ^ 1 << random.nextInt(8));
        }
        return bytes;
    }

    /** What is signed with the right key is read with the same care. */
    @Test
    void signedMutationsAreValidOrInvalid() throws GeneralSecurityException {
        Random random = new Random(SEED);
        byte[] key =
                SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                        .generateSecret(
                                new PBEKeySpec(
                                        SECRET.toCharArray(),
                                        SALT.getBytes(StandardCharsets.UTF_8),
                                        1_000,
                                        256))
                        .getEncoded();
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        byte[] valid = TermWriter.signed(Map.of("id", 7L), SIGNED_AT, 86_400);
        for (int i = 0; i < 5_000; i++) {
            byte[] bytes = mutation(valid, random);
            String signed = "SFMyNTY." + base64.encodeToString(bytes);
            byte[] signature = mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII));
            TokenResult result = verify(signed + "." + base64.encodeToString(signature), 0);
            assertThat(result instanceof TokenResult.Invalid)
                    .as("seed %d, iteration %d", SEED, i)
                    .isEqualTo(TermReader.signed(bytes).isEmpty());
            int broken = random.nextInt(signature.length);
            signature[broken] ^= 1;
            assertThat(verify(signed + "." + base64.encodeToString(signature), 0))
                    .isEqualTo(new TokenResult.Invalid());
        }
    }
}
