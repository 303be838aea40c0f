package dev.myriad.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPublicKey;

/** Keys of the tests, made anew in each run, and tokens signed with them. Thread-safe. */
final class Keys {
    /** A key and the algorithm of its curve. */
    record OfCurve(ECKey jwk, JWSAlgorithm algorithm) {}

    static final RSAKey RSA = rsa("rsa-1");
    static final RSAKey OTHER_RSA = rsa("rsa-2");
    static final OfCurve P256 = new OfCurve(ec(Curve.P_256), JWSAlgorithm.ES256);
    static final OfCurve P384 = new OfCurve(ec(Curve.P_384), JWSAlgorithm.ES384);
    static final OfCurve P521 = new OfCurve(ec(Curve.P_521), JWSAlgorithm.ES512);

    private Keys() {}

    private static RSAKey rsa(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private static ECKey ec(Curve curve) {
        try {
            return new ECKeyGenerator(curve).keyID(curve.getName()).generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    static RSAPublicKey weak() throws NoSuchAlgorithmException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(1024);
        return (RSAPublicKey) generator.generateKeyPair().getPublic();
    }

    /** A token that names its key. */
    static String sign(JWSAlgorithm algorithm, JWK key, JWTClaimsSet claims) throws JOSEException {
        JWSSigner signer =
                key instanceof RSAKey rsa ? new RSASSASigner(rsa) : new ECDSASigner(key.toECKey());
        return sign(algorithm, signer, key.getKeyID(), claims);
    }

    static String sign(JWSAlgorithm algorithm, JWSSigner signer, String id, JWTClaimsSet claims)
            throws JOSEException {
        JWSHeader.Builder header = new JWSHeader.Builder(algorithm);
        if (!id.isEmpty()) {
            header.keyID(id);
        }
        SignedJWT token = new SignedJWT(header.build(), claims);
        token.sign(signer);
        return token.serialize();
    }
}
