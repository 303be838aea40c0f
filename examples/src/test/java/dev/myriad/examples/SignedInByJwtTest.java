package dev.myriad.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.myriad.channels.Endpoint;
import dev.myriad.jwt.JwtVerifier;
import dev.myriad.net.memory.MemoryClient;
import dev.myriad.net.memory.MemoryTransport;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
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

    private static MemoryClient connect(Endpoint endpoint, String token) {
        String base64 = Base64.getEncoder().withoutPadding().encodeToString(token.getBytes(UTF_8));
        String header = "Sec-WebSocket-Protocol: phoenix, base64url.bearer.phx." + base64 + "\r\n";
        MemoryTransport transport = (MemoryTransport) endpoint.transport();
        return transport.connect("/socket/websocket?vsn=2.0.0", header);
    }

    @Test
    void usersStayAsLongAsTheirTokensSay() throws Exception {
        SignedInByJwt users = new SignedInByJwt(JwtVerifier.hmac(SECRET));
        try (Endpoint endpoint =
                Endpoint.builder()
                        .socket("/socket", users::offer)
                        .start(application -> MemoryTransport.start(1, application))) {
            assertThat(connect(endpoint, "x").status()).isEqualTo(403);
            assertThat(connect(endpoint, token("ada", -600)).status()).isEqualTo(403);
            MemoryClient client = connect(endpoint, token("ada", 600));
            assertThat(client.status()).isEqualTo(101);
            client.send("[\"1\",\"1\",\"user:ada\",\"phx_join\",{}]");
            assertThat(client.next()).contains("\"status\":\"ok\"");
            renew(client, token("bob", 3_600));
            assertThat(client.next()).contains("another id");
            renew(client, token("ada", 3_600));
            assertThat(client.next()).contains("\"status\":\"ok\"").contains("expires_in");
        }
    }

    private static void renew(MemoryClient client, String token) {
        String payload = "{\"access_token\":\"" + token + "\"}";
        client.send("[\"1\",\"2\",\"user:ada\",\"access_token\"," + payload + "]");
    }

    @Test
    void providersAreFoundByTheirAddress() {
        assertThat(SignedInByJwt.atProvider()).isNotNull();
    }
}
