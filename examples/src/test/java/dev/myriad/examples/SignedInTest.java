package dev.myriad.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.myriad.channels.Connect;
import dev.myriad.channels.ConnectResult;
import dev.myriad.channels.Endpoint;
import dev.myriad.testkit.ChannelTest;
import dev.myriad.tokens.Token;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SignedInTest {
    private static final String SECRET = "a secret of this test only, nobody else's";

    /** Keeps the first message, which comes in one piece. */
    private static final class First implements WebSocket.Listener {
        private final CompletableFuture<String> message = new CompletableFuture<>();

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket webSocket, CharSequence text, boolean last) {
            message.complete(text.toString());
            return null;
        }
    }

    private static WebSocket connect(
            HttpClient http, Endpoint endpoint, String token, First listener) {
        String base64 =
                Base64.getEncoder()
                        .withoutPadding()
                        .encodeToString(token.getBytes(StandardCharsets.UTF_8));
        URI uri =
                URI.create(
                        "ws://127.0.0.1:%d/socket/websocket?vsn=2.0.0"
                                .formatted(endpoint.address().getPort()));
        return http.newWebSocketBuilder()
                .subprotocols("phoenix", "base64url.bearer.phx." + base64)
                .buildAsync(uri, listener)
                .join();
    }

    private static String answer(HttpClient http, Endpoint endpoint, String token, String topic)
            throws Exception {
        First first = new First();
        WebSocket socket = connect(http, endpoint, token, first);
        assertThat(socket.getSubprotocol()).isEqualTo("phoenix");
        socket.sendText("[\"1\",\"1\",\"" + topic + "\",\"phx_join\",{}]", true).join();
        String message = first.message.get(20, TimeUnit.SECONDS);
        socket.abort();
        return message;
    }

    @Test
    void usersJoinTheirOwnRoom() throws Exception {
        try (Endpoint endpoint = SignedIn.serve(0, SECRET);
                HttpClient http = HttpClient.newHttpClient()) {
            String token = SignedIn.tokenFor(SECRET, "ada");
            assertThat(answer(http, endpoint, token, "user:ada")).contains("\"status\":\"ok\"");
            assertThat(answer(http, endpoint, token, "user:bob")).contains("unauthorized");
        }
    }

    @Test
    void connectionsEndWithTheirTokens() {
        Queue<ConnectResult> answers = new ConcurrentLinkedQueue<>();
        Connect checking = SignedIn.checkingTokens(SECRET);
        try (ChannelTest test =
                ChannelTest.of(
                        socket ->
                                socket.channel("user:*", SignedIn::new)
                                        .connect(
                                                (params, info) -> {
                                                    ConnectResult answer =
                                                            checking.connect(params, info);
                                                    answers.add(answer);
                                                    return answer;
                                                }))) {
            Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
            test.client().authToken(SignedIn.tokenFor(SECRET, "ada")).connect();
            assertThat(answers.remove())
                    .isInstanceOfSatisfying(
                            ConnectResult.Ok.class,
                            ok ->
                                    assertThat(ok.expiresAt().orElseThrow())
                                            .isBetween(
                                                    before.plus(Duration.ofHours(12)),
                                                    Instant.now().plus(Duration.ofHours(12))));
        }
    }

    @Test
    void othersDoNotConnect() {
        try (Endpoint endpoint = SignedIn.serve(0, SECRET);
                HttpClient http = HttpClient.newHttpClient()) {
            for (String token :
                    new String[] {
                        "nonsense",
                        Token.sign(SECRET, "another salt", "ada"),
                        Token.sign("another secret of the test", "user socket", "ada"),
                        Token.sign(SECRET, "user socket", Map.of("user", "ada"))
                    }) {
                assertThatThrownBy(() -> connect(http, endpoint, token, new First()))
                        .isInstanceOf(CompletionException.class)
                        .hasCauseInstanceOf(WebSocketHandshakeException.class);
            }
        }
    }
}
