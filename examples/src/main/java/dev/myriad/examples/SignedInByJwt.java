package dev.myriad.examples;

import dev.myriad.channels.ConnectResult;
import dev.myriad.channels.SocketRoutes;
import dev.myriad.jwt.JwtVerifier;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** Clients who have signed in at an identity provider, and stay for as long as their token says. */
public final class SignedInByJwt {
    private final JwtVerifier tokens;

    SignedInByJwt(JwtVerifier tokens) {
        this.tokens = tokens;
    }

    static SignedInByJwt atProvider() {
        JwtVerifier tokens =
                JwtVerifier.jwks(URI.create("https://id.example.com/.well-known/jwks.json"))
                        .issuer("https://id.example.com/")
                        .audience("chat");
        return new SignedInByJwt(tokens);
    }

    /** The same question whether a client connects or renews. */
    private ConnectResult check(String token) {
        return tokens.verify(token)
                .connect(
                        claims -> {
                            String user = claims.subject().orElse("");
                            return user.isEmpty()
                                    ? ConnectResult.refused("not a user's token")
                                    : ConnectResult.ok(Map.of("user", user)).id("users:" + user);
                        });
    }

    void offer(SocketRoutes socket) {
        socket.connect((_, info) -> check(info.authToken().orElse("")))
                .renew((token, _) -> check(token))
                .expiryWarning(Duration.ofSeconds(30))
                .channel("user:*", SignedIn::new);
    }
}
