package dev.myriad.jwt;

import static com.nimbusds.jose.JWSAlgorithm.HS256;
import static com.nimbusds.jose.JWSAlgorithm.HS384;
import static com.nimbusds.jose.JWSAlgorithm.HS512;
import static com.nimbusds.jose.JWSAlgorithm.PS256;
import static com.nimbusds.jose.JWSAlgorithm.PS512;
import static com.nimbusds.jose.JWSAlgorithm.RS256;
import static com.nimbusds.jose.JWSAlgorithm.RS384;
import static com.nimbusds.jose.JWSAlgorithm.RS512;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import dev.myriad.channels.ConnectResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that are valid, and all the ways in which one is not. */
class JwtVerifierTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final String SECRET = "0123456789abcdef".repeat(4);

    private final JwtVerifier hmac = JwtVerifier.hmac(SECRET).clock(() -> NOW);

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .subject("ada")
                .issuer("https://id.example.com/")
                .audience(List.of("chat", "mail"))
                .expirationTime(Date.from(NOW.plusSeconds(600)));
    }

    private static String signed(JWTClaimsSet.Builder claims) throws Exception {
        return signed(HS256, claims);
    }

    private static String signed(JWSAlgorithm algorithm, JWTClaimsSet.Builder claims)
            throws Exception {
        return Keys.sign(algorithm, new MACSigner(SECRET), "", claims.build());
    }

    private static void assertValid(JwtResult result) {
        assertThat(result).isInstanceOf(JwtResult.Valid.class);
    }

    private static void assertInvalid(JwtResult result) {
        assertThat(result).isInstanceOf(JwtResult.Invalid.class);
    }

    @Test
    void eachKindOfKeyVerifiesItsAlgorithms() throws Exception {
        for (JWSAlgorithm algorithm : List.of(HS256, HS384, HS512)) {
            assertValid(hmac.verify(signed(algorithm, claims())));
        }
        JwtVerifier rsa = JwtVerifier.rsa(Keys.RSA.toRSAPublicKey()).clock(() -> NOW);
        for (JWSAlgorithm algorithm : List.of(RS256, RS384, RS512, PS256, PS512)) {
            assertValid(rsa.verify(Keys.sign(algorithm, Keys.RSA, claims().build())));
            assertInvalid(rsa.verify(Keys.sign(algorithm, Keys.OTHER_RSA, claims().build())));
        }
        for (Keys.OfCurve key : List.of(Keys.P256, Keys.P384, Keys.P521)) {
            JwtVerifier ecdsa = JwtVerifier.ecdsa(key.jwk().toECPublicKey()).clock(() -> NOW);
            assertValid(ecdsa.verify(Keys.sign(key.algorithm(), key.jwk(), claims().build())));
            for (Keys.OfCurve other : List.of(Keys.P256, Keys.P384, Keys.P521)) {
                if (other != key) {
                    String token = Keys.sign(other.algorithm(), other.jwk(), claims().build());
                    assertInvalid(ecdsa.verify(token));
                }
            }
        }
    }

    @Test
    void tellsWhatTheTokenSays() throws Exception {
        String token =
                signed(
                        claims().claim("role", "admin")
                                .claim("level", 7)
                                .claim("tags", List.of("a", "b"))
                                .claim("nothing", null));
        JwtClaims claims = ((JwtResult.Valid) hmac.verify(token)).claims();
        assertThat(claims.subject()).contains("ada");
        assertThat(claims.expiresAt()).isEqualTo(NOW.plusSeconds(630));
        assertThat(claims.text("role")).contains("admin");
        assertThat(claims.text("level")).isEmpty();
        assertThat(claims.text("nothing")).isEmpty();
        assertThat(claims.all())
                .containsEntry("level", 7L)
                .containsEntry("tags", List.of("a", "b"))
                .containsEntry("exp", NOW.plusSeconds(600).getEpochSecond())
                .doesNotContainKey("nothing");
        assertThatThrownBy(() -> claims.all().put("role", "root"))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void refusesWhatWasChanged() throws Exception {
        String token = signed(claims());
        for (int at = 0; at < token.length() - 1; at++) { // the last may hold unused bits
            char other = token.charAt(at) == 'A' ? 'B' : 'A';
            assertInvalid(hmac.verify(token.substring(0, at) + other + token.substring(at + 1)));
        }
        String[] parts = token.split("\\.", -1);
        String admin = "{\"sub\":\"root\",\"exp\":" + NOW.plusSeconds(600).getEpochSecond() + "}";
        String body = Base64.getUrlEncoder().withoutPadding().encodeToString(admin.getBytes(UTF_8));
        assertInvalid(hmac.verify(parts[0] + "." + body + "." + parts[2]));
        assertInvalid(JwtVerifier.hmac(SECRET + "x").clock(() -> NOW).verify(token));
    }

    @Test
    void refusesTokensWithoutASignature() throws Exception {
        String none = new PlainJWT(claims().build()).serialize();
        assertInvalid(hmac.verify(none));
        assertInvalid(JwtVerifier.rsa(Keys.RSA.toRSAPublicKey()).verify(none));
        String[] parts = signed(claims()).split("\\.", -1);
        assertInvalid(hmac.verify(parts[0] + "." + parts[1] + "."));
        for (String alg : List.of("none", "None", "NONE", "nOnE")) {
            String head = "{\"alg\":\"" + alg + "\"}";
            String made = Base64.getUrlEncoder().encodeToString(head.getBytes(UTF_8));
            assertInvalid(hmac.verify(made.replace("=", "") + "." + parts[1] + "."));
            assertInvalid(hmac.verify(made.replace("=", "") + "." + parts[1] + "." + parts[2]));
        }
    }

    /** A public key is no secret: who signs with its bytes has shown nothing. */
    @Test
    void refusesAPublicKeyThatIsUsedAsASecret() throws Exception {
        JwtVerifier rsa = JwtVerifier.rsa(Keys.RSA.toRSAPublicKey()).clock(() -> NOW);
        byte[] encoded = Keys.RSA.toRSAPublicKey().getEncoded();
        String pem =
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
                        + "\n-----END PUBLIC KEY-----\n";
        for (byte[] secret : List.of(encoded, pem.getBytes(UTF_8))) {
            String token = Keys.sign(HS256, new MACSigner(secret), "", claims().build());
            assertInvalid(rsa.verify(token));
        }
        JwtVerifier ecdsa = JwtVerifier.ecdsa(Keys.P256.jwk().toECPublicKey()).clock(() -> NOW);
        byte[] point = Keys.P256.jwk().toECPublicKey().getEncoded();
        assertInvalid(ecdsa.verify(Keys.sign(HS256, new MACSigner(point), "", claims().build())));
    }

    @Test
    void expiresWithTheSkewOfTwoClocks() throws Exception {
        String token = signed(claims());
        JwtVerifier exact = hmac.clockSkew(Duration.ZERO);
        assertValid(exact.clock(() -> NOW.plusSeconds(599)).verify(token));
        assertThat(exact.clock(() -> NOW.plusSeconds(600)).verify(token))
                .isEqualTo(new JwtResult.Expired());
        assertValid(hmac.clock(() -> NOW.plusSeconds(629)).verify(token));
        assertThat(hmac.clock(() -> NOW.plusSeconds(630)).verify(token))
                .isEqualTo(new JwtResult.Expired());
        for (Duration skew : List.of(Duration.ofSeconds(-1), Duration.ofSeconds(61))) {
            assertThatThrownBy(() -> hmac.clockSkew(skew))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void isNotValidBeforeItsTime() throws Exception {
        String early = signed(claims().notBeforeTime(Date.from(NOW.plusSeconds(60))));
        assertInvalid(hmac.verify(early));
        assertValid(hmac.clock(() -> NOW.plusSeconds(31)).verify(early));
    }

    @Test
    void oneWithoutAnEndIsInvalid() throws Exception {
        assertInvalid(hmac.verify(signed(claims().expirationTime(null))));
    }

    @Test
    void isForThisServerAndFromThatIssuer() throws Exception {
        String token = signed(claims());
        JwtVerifier strict = hmac.issuer("https://id.example.com/").audience("chat");
        assertValid(strict.verify(token));
        assertInvalid(strict.verify(signed(claims().issuer("https://id.example.com"))));
        assertInvalid(strict.verify(signed(claims().issuer(null))));
        assertInvalid(strict.verify(signed(claims().audience("shop"))));
        assertInvalid(strict.verify(signed(claims().audience(List.of()))));
        assertValid(strict.verify(signed(claims().audience("chat"))));
        assertValid(hmac.verify(signed(claims().issuer(null).audience(List.of()))));
    }

    /** What is wrong in several ways is not told to be merely old. */
    @Test
    void onlyWhatWasOnceValidHasExpired() throws Exception {
        String old = signed(claims().expirationTime(Date.from(NOW.minusSeconds(600))));
        assertThat(hmac.verify(old)).isEqualTo(new JwtResult.Expired());
        assertInvalid(hmac.issuer("https://other.example.com/").verify(old));
        assertInvalid(hmac.audience("shop").verify(old));
        assertInvalid(JwtVerifier.hmac(SECRET + "x").clock(() -> NOW).verify(old));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "...", "a.b.c", "....", "e30.e30.e30", "é.☕.x"})
    void refusesWhatIsNoToken(String token) {
        assertInvalid(hmac.verify(token));
    }

    @Test
    void refusesWhatIsTooLongOrTooDeep() throws Exception {
        assertInvalid(hmac.verify(signed(claims().claim("x", "x".repeat(20_000)))));
        String body = "[".repeat(5_000) + "]".repeat(5_000);
        String made = Base64.getUrlEncoder().withoutPadding().encodeToString(body.getBytes(UTF_8));
        String[] parts = signed(claims()).split("\\.", -1);
        assertInvalid(hmac.verify(made + "." + parts[1] + "." + parts[2]));
        assertInvalid(hmac.verify(parts[0] + "." + made + "." + parts[2]));
    }

    @Test
    void refusesWeakKeys() throws Exception {
        assertThatThrownBy(() -> JwtVerifier.hmac("x".repeat(31)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> JwtVerifier.rsa(Keys.weak()))
                .isInstanceOf(IllegalArgumentException.class);
        JwtVerifier brief = JwtVerifier.hmac(SECRET.substring(0, 32)).clock(() -> NOW);
        MACSigner signer = new MACSigner(SECRET.substring(0, 32));
        assertValid(brief.verify(Keys.sign(HS256, signer, "", claims().build())));
    }

    @Test
    void becomesTheAnswerToAConnect() throws Exception {
        ConnectResult accepted =
                hmac.verify(signed(claims()))
                        .connect(
                                claims ->
                                        ConnectResult.ok(Map.of("user", claims.subject().get()))
                                                .id("users:" + claims.subject().get()));
        assertThat(accepted)
                .isEqualTo(
                        ConnectResult.ok(Map.of("user", "ada"))
                                .id("users:ada")
                                .expiresAt(NOW.plusSeconds(630)));
        ConnectResult own =
                hmac.verify(signed(claims())).connect(_ -> ConnectResult.ok().expiresAt(NOW));
        assertThat(((ConnectResult.Ok) own).expiresAt()).isEqualTo(Optional.of(NOW));
        ConnectResult refused = ConnectResult.refused("banned");
        assertThat(hmac.verify(signed(claims())).connect(_ -> refused)).isEqualTo(refused);
        assertThat(hmac.verify("x").connect(_ -> ConnectResult.ok()))
                .isEqualTo(ConnectResult.refused("invalid token"));
        assertThat(new JwtResult.Expired().connect(_ -> ConnectResult.ok()))
                .isEqualTo(ConnectResult.refused("token expired"));
    }
}
