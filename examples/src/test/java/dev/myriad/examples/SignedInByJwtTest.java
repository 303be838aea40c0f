package dev.myriad.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.myriad.jwt.JwtVerifier;
import dev.myriad.testkit.ChannelTest;
import dev.myriad.testkit.TestChannel;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SignedInByJwtTest {
    private static final String SECRET = "0123456789abcdef".repeat(2);

    private static String token(String user, int seconds) throws Exception {
        JWTClaimsSet claims =
                new JWTClaimsSet.Builder()
                        .subject(user)
                        .expirationTime(Date.from(Instant.now().plusSeconds(seconds)))
                        .build();
        SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
        token.sign(new MACSigner(SECRET));
        return token.serialize();
    }

    @Test
    void usersStayAsLongAsTheirTokensSay() throws Exception {
        SignedInByJwt users = new SignedInByJwt(JwtVerifier.hmac(SECRET));
        try (ChannelTest test = ChannelTest.of(users::offer)) {
            test.client().authToken("x").assertConnectRefused(403);
            test.client().authToken(token("ada", -600)).assertConnectRefused(403);
            TestChannel ada = test.client().authToken(token("ada", 600)).connect().join("user:ada");
            ada.push("access_token", Map.of("access_token", token("bob", 3_600)))
                    .assertReply("error", Map.of("reason", "the token has another id"));
            ada.push("access_token", Map.of("access_token", token("ada", 3_600))).assertReply("ok");
        }
    }

    @Test
    void providersAreFoundByTheirAddress() {
        assertThat(SignedInByJwt.atProvider()).isNotNull();
    }
}
