package dev.myriad.jwt;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.jwt.proc.ExpiredJWTException;
import java.net.URI;
import java.security.Key;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.crypto.spec.SecretKeySpec;

/**
 * Verifies JSON Web Tokens: who signed them, for whom, and whether their time is now. Immutable and
 * thread-safe.
 *
 * <pre>{@code
 * JwtVerifier tokens =
 *         JwtVerifier.jwks(URI.create("https://id.example.com/.well-known/jwks.json"))
 *                 .issuer("https://id.example.com/")
 *                 .audience("chat");
 * }</pre>
 *
 * <p>The kind of key decides on the algorithms: a token that names another one is invalid, so that
 * {@code none} is, and one that is signed with a public key as if it were a secret. A token must
 * say when it expires, and have at most 16 KiB.
 */
public final class JwtVerifier {
    /** The difference of two clocks that is forgiven unless someone says otherwise. */
    public static final Duration CLOCK_SKEW_DEFAULT = Duration.ofSeconds(30);

    private static final int TOKEN_CHARS_MAX = 16 << 10;
    private static final Duration CLOCK_SKEW_MAX = Duration.ofMinutes(1);

    private final JWSKeySelector<SecurityContext> keys;
    private final Optional<String> issuer;
    private final Optional<String> audience;
    private final Duration clockSkew;
    private final InstantSource clock;
    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

    private JwtVerifier(
            JWSKeySelector<SecurityContext> keys,
            Optional<String> issuer,
            Optional<String> audience,
            Duration clockSkew,
            InstantSource clock) {
        this.keys = keys;
        this.issuer = issuer;
        this.audience = audience;
        this.clockSkew = clockSkew;
        this.clock = clock;
        processor.setJWSKeySelector(keys);
        processor.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(
                        JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null)); // or none
        processor.setJWTClaimsSetVerifier(new ClaimsCheck(issuer, audience, clockSkew, clock));
    }

    private static JwtVerifier of(JWSKeySelector<SecurityContext> keys) {
        return new JwtVerifier(
                keys,
                Optional.empty(),
                Optional.empty(),
                CLOCK_SKEW_DEFAULT,
                InstantSource.system());
    }

    /** A key that is known already, whatever id a token gives it. */
    private static JwtVerifier of(Set<JWSAlgorithm> algorithms, Key key) {
        return of(
                (header, _) ->
                        algorithms.contains(header.getAlgorithm()) ? List.of(key) : List.of());
    }

    /**
     * Verifies tokens that are signed with a secret that both sides know: HS256, with at least 48
     * bytes HS384 too, with at least 64 HS512.
     *
     * @throws IllegalArgumentException if it is shorter than 32 bytes
     */
    public static JwtVerifier hmac(byte[] secret) {
        if (secret.length < Algorithms.HMAC_BYTES_MIN) {
            throw new IllegalArgumentException("a secret of at least 32 bytes is needed");
        }
        return of(Algorithms.hmac(secret.length), new SecretKeySpec(secret, "HmacSHA256"));
    }

    /** The same with the UTF-8 bytes of a string, as most services show their secret. */
    public static JwtVerifier hmac(String secret) {
        return hmac(secret.getBytes(UTF_8));
    }

    /**
     * Verifies tokens that are signed with RSA: RS256 to RS512 and PS256 to PS512.
     *
     * @throws IllegalArgumentException if the key is shorter than 2,048 bits
     */
    public static JwtVerifier rsa(RSAPublicKey key) {
        if (key.getModulus().bitLength() < Algorithms.RSA_BITS_MIN) {
            throw new IllegalArgumentException("an RSA key of at least 2,048 bits is needed");
        }
        return of(Algorithms.RSA, key);
    }

    /**
     * Verifies tokens that are signed on an elliptic curve: ES256, ES384 or ES512, by the key's.
     *
     * @throws IllegalArgumentException if that is none of P-256, P-384 and P-521
     */
    public static JwtVerifier ecdsa(ECPublicKey key) {
        return of(Algorithms.ecdsa(key), key);
    }

    /**
     * Verifies tokens that are signed with one of the keys that an issuer publishes (RFC 7517),
     * with RSA or on an elliptic curve.
     *
     * <p>They are fetched with the first token and kept for five minutes. A token with an unknown
     * key id makes them be fetched at once, twice in 30 seconds at most: so new keys are found, and
     * made-up ones do no harm. If they cannot be fetched the last ones count for an hour. Fetching
     * blocks the caller, whose thread should be virtual, as that of {@code Connect} and {@code
     * Renew} is.
     *
     * @throws IllegalArgumentException if it is no address of https or http
     */
    public static JwtVerifier jwks(URI uri) {
        return jwks(uri, KeySet.DEFAULT);
    }

    static JwtVerifier jwks(URI uri, KeySet keySet) {
        return of(new JWSVerificationKeySelector<>(Algorithms.published(), keySet.at(uri)));
    }

    /** Requires the claim {@code iss} to be this. */
    public JwtVerifier issuer(String required) {
        return new JwtVerifier(keys, Optional.of(required), audience, clockSkew, clock);
    }

    /**
     * Requires the claim {@code aud} to be or to contain this. An issuer signs tokens for others
     * with the same keys: without this they are valid here.
     */
    public JwtVerifier audience(String required) {
        return new JwtVerifier(keys, issuer, Optional.of(required), clockSkew, clock);
    }

    /**
     * How far the issuer's clock may be off, in whole seconds; {@link #CLOCK_SKEW_DEFAULT} without
     * it.
     *
     * @throws IllegalArgumentException if it is negative or longer than a minute
     */
    public JwtVerifier clockSkew(Duration most) {
        if (most.isNegative() || most.compareTo(CLOCK_SKEW_MAX) > 0) {
            throw new IllegalArgumentException("a clock skew of " + most);
        }
        return new JwtVerifier(keys, issuer, audience, most, clock);
    }

    JwtVerifier clock(InstantSource other) {
        return new JwtVerifier(keys, issuer, audience, clockSkew, other);
    }

    /**
     * Verifies a token. It may block, see {@link #jwks}; whatever the token is, it does not throw.
     */
    public JwtResult verify(String token) {
        if (token.length() > TOKEN_CHARS_MAX) {
            return new JwtResult.Invalid("longer than " + TOKEN_CHARS_MAX + " characters");
        }
        try {
            JWTClaimsSet claims = processor.process(token, null);
            Instant expiry = claims.getExpirationTime().toInstant();
            return new JwtResult.Valid(
                    new JwtClaims(
                            Optional.ofNullable(claims.getSubject()),
                            expiry.plusSeconds(clockSkew.toSeconds()),
                            claims.toJSONObject()));
        } catch (ExpiredJWTException _) {
            return new JwtResult.Expired();
        } catch (KeySourceException e) {
            return new JwtResult.Invalid("no keys: " + e.getMessage());
        } catch (BadJOSEException | JOSEException e) {
            return new JwtResult.Invalid(String.valueOf(e.getMessage()));
        } catch (ParseException | RuntimeException e) { // it was made to be misread
            return new JwtResult.Invalid("malformed: " + e.getMessage());
        }
    }
}
