package dev.myriad.jwt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Keys that an issuer publishes, replaces, and sometimes fails to publish. */
@Timeout(60)
class KeySetTest {
    private static final KeySet PATIENT =
            new KeySet(Duration.ofMinutes(5), Duration.ofSeconds(30), Duration.ofHours(1));

    private final AtomicInteger fetched = new AtomicInteger();
    private final HttpServer server;
    private volatile String published = "{\"keys\":[]}";
    private volatile int status = 200;

    KeySetTest() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        server = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
        server.createContext(
                "/jwks.json",
                exchange -> {
                    fetched.incrementAndGet();
                    byte[] body = published.getBytes(UTF_8);
                    exchange.sendResponseHeaders(status, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void close() {
        server.stop(0);
    }

    private JwtVerifier verifier(KeySet keySet) {
        InetSocketAddress address = server.getAddress();
        return JwtVerifier.jwks(
                URI.create("http://localhost:" + address.getPort() + "/jwks.json"), keySet);
    }

    private void publish(JWK... keys) {
        published = new JWKSet(List.of(keys)).toString(true); // public parts only
    }

    private static JWTClaimsSet claims() {
        return new JWTClaimsSet.Builder()
                .subject("ada")
                .expirationTime(Date.from(Instant.now().plusSeconds(600)))
                .build();
    }

    private static String rsa() throws Exception {
        return Keys.sign(JWSAlgorithm.RS256, Keys.RSA, claims());
    }

    private static String ecdsa() throws Exception {
        return Keys.sign(JWSAlgorithm.ES256, Keys.P256.jwk(), claims());
    }

    private static boolean isValid(JwtResult result) {
        return result instanceof JwtResult.Valid;
    }

    @Test
    void areFetchedOnceForManyTokens() throws Exception {
        publish(Keys.RSA, Keys.P256.jwk());
        JwtVerifier verifier = verifier(PATIENT);
        for (int i = 0; i < 20; i++) {
            assertThat(isValid(verifier.verify(rsa()))).isTrue();
            assertThat(isValid(verifier.verify(ecdsa()))).isTrue();
        }
        assertThat(fetched).hasValue(1);
    }

    @Test
    void aNewKeyIsFoundAtOnce() throws Exception {
        publish(Keys.RSA);
        JwtVerifier verifier = verifier(PATIENT);
        assertThat(isValid(verifier.verify(rsa()))).isTrue();
        publish(Keys.P256.jwk());
        assertThat(isValid(verifier.verify(ecdsa()))).isTrue();
        assertThat(isValid(verifier.verify(rsa()))).isFalse(); // it is published no more
        assertThat(isValid(verifier.verify(ecdsa()))).isTrue();
        assertThat(fetched).hasValue(2);
    }

    @Test
    void keyIdsThatAreMadeUpDoNotFetchAgainAndAgain() throws Exception {
        publish(Keys.RSA);
        JwtVerifier verifier = verifier(PATIENT);
        assertThat(isValid(verifier.verify(rsa()))).isTrue();
        for (int i = 0; i < 50; i++) {
            String token = Keys.sign(JWSAlgorithm.RS256, Keys.OTHER_RSA, claims());
            assertThat(isValid(verifier.verify(token))).isFalse();
        }
        assertThat(isValid(verifier.verify(rsa()))).isTrue();
        assertThat(fetched.get()).isBetween(2, 3);
    }

    @Test
    void theLastOnesCountDuringAnOutage() throws Exception {
        publish(Keys.RSA);
        KeySet hasty = new KeySet(Duration.ofMillis(50), Duration.ofMillis(1), Duration.ofHours(1));
        JwtVerifier verifier = verifier(hasty);
        assertThat(isValid(verifier.verify(rsa()))).isTrue();
        status = 503;
        int before = fetched.get();
        await().until(
                        () -> {
                            assertThat(isValid(verifier.verify(rsa()))).isTrue();
                            return fetched.get() > before + 1; // it has tried
                        });
        assertThat(isValid(verifier.verify(ecdsa()))).isFalse();
        status = 200;
        publish(Keys.P256.jwk());
        await().until(() -> isValid(verifier.verify(ecdsa())));
        assertThat(isValid(verifier.verify(rsa()))).isFalse();
    }

    @Test
    void withoutAnyTokensAreInvalidUntilThereAreSome() throws Exception {
        status = 503;
        KeySet hasty = new KeySet(Duration.ofMillis(50), Duration.ofMillis(1), Duration.ofHours(1));
        JwtVerifier verifier = verifier(hasty);
        assertThat(verifier.verify(rsa())).isInstanceOf(JwtResult.Invalid.class);
        published = "no keys";
        status = 200;
        assertThat(verifier.verify(rsa())).isInstanceOf(JwtResult.Invalid.class);
        publish(Keys.RSA);
        await().until(() -> isValid(verifier.verify(rsa())));
    }

    /** A secret that is published is none. */
    @Test
    void aPublishedSecretIsNoKey() throws Exception {
        OctetSequenceKey secret =
                new OctetSequenceKey.Builder("0123456789abcdef".repeat(2).getBytes(UTF_8))
                        .keyID("oct-1")
                        .build();
        published = "{\"keys\":[" + secret.toJSONString() + "]}";
        String token = Keys.sign(JWSAlgorithm.HS256, new MACSigner(secret), "oct-1", claims());
        assertThat(isValid(verifier(PATIENT).verify(token))).isFalse();
    }

    @Test
    void onlyTheWebIsRead() {
        for (String uri : new String[] {"file:///etc/passwd", "jwks.json", "ftp://a.com/jwks"}) {
            assertThatThrownBy(() -> JwtVerifier.jwks(URI.create(uri)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
