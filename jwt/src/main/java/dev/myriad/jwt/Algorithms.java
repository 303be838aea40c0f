package dev.myriad.jwt;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import java.security.interfaces.ECPublicKey;
import java.util.HashSet;
import java.util.Set;

/**
 * The algorithms (RFC 7518) that a kind of key may be used with: it is the key that says so, never
 * the token. Stateless, so thread-safe.
 */
final class Algorithms {
    static final int HMAC_BYTES_MIN = 32;
    static final int RSA_BITS_MIN = 2048;

    static final Set<JWSAlgorithm> RSA =
            Set.of(
                    JWSAlgorithm.RS256,
                    JWSAlgorithm.RS384,
                    JWSAlgorithm.RS512,
                    JWSAlgorithm.PS256,
                    JWSAlgorithm.PS384,
                    JWSAlgorithm.PS512);
    static final Set<JWSAlgorithm> ECDSA =
            Set.of(JWSAlgorithm.ES256, JWSAlgorithm.ES384, JWSAlgorithm.ES512);

    private Algorithms() {}

    /** Those whose hash is not longer than the secret. */
    static Set<JWSAlgorithm> hmac(int secretBytes) {
        Set<JWSAlgorithm> algorithms = new HashSet<>(Set.of(JWSAlgorithm.HS256));
        if (secretBytes >= 48) {
            algorithms.add(JWSAlgorithm.HS384);
        }
        if (secretBytes >= 64) {
            algorithms.add(JWSAlgorithm.HS512);
        }
        return Set.copyOf(algorithms);
    }

    /** The one of the key's curve. */
    static Set<JWSAlgorithm> ecdsa(ECPublicKey key) {
        Curve curve = Curve.forECParameterSpec(key.getParams());
        if (Curve.P_256.equals(curve)) {
            return Set.of(JWSAlgorithm.ES256);
        }
        if (Curve.P_384.equals(curve)) {
            return Set.of(JWSAlgorithm.ES384);
        }
        if (Curve.P_521.equals(curve)) {
            return Set.of(JWSAlgorithm.ES512);
        }
        throw new IllegalArgumentException("the curve must be P-256, P-384 or P-521");
    }

    /** Those of public keys: whoever may read a key must not be able to sign with it. */
    static Set<JWSAlgorithm> published() {
        Set<JWSAlgorithm> algorithms = new HashSet<>(RSA);
        algorithms.addAll(ECDSA);
        return Set.copyOf(algorithms);
    }
}
