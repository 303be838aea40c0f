package dev.myriad.channels;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.net.memory.MemoryClient;
import dev.myriad.net.memory.MemoryTransport;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client's option {@code authToken}, which travels as a subprotocol. */
@Timeout(60)
class SubprotocolsTest {
    private static final String PREFIX = "base64url.bearer.phx.";

    private final BlockingQueue<Optional<String>> tokens = new LinkedBlockingQueue<>();
    private final Endpoint endpoint =
            Endpoint.builder()
                    .socket(
                            "/s",
                            socket ->
                                    socket.channel("*", Filter::new)
                                            .connect(
                                                    (_, info) -> {
                                                        tokens.add(info.authToken());
                                                        return ConnectResult.ok();
                                                    }))
                    .transport(application -> MemoryTransport.start(1, application))
                    .start();

    @AfterEach
    void close() {
        endpoint.close();
    }

    private MemoryClient offering(String... headers) {
        StringBuilder lines = new StringBuilder();
        for (String header : headers) {
            lines.append("Sec-WebSocket-Protocol: ").append(header).append("\r\n");
        }
        MemoryTransport transport = (MemoryTransport) endpoint.transport();
        MemoryClient client = transport.connect("/s/websocket?vsn=2.0.0", lines.toString());
        assertThat(client.status()).isEqualTo(101);
        return client;
    }

    /** As phoenix.js does it: {@code btoa}, and no padding. */
    private static String btoa(String token) {
        return Base64.getEncoder().withoutPadding().encodeToString(token.getBytes(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "12", "123", "1234", "SFMyNTY.g2gDYQFu.pV-yJ_hb", "~~~???", "Zoë"})
    void isDecodedAndNotEchoed(String token) throws InterruptedException {
        MemoryClient client = offering("phoenix, " + PREFIX + btoa(token));
        assertThat(client.subprotocol()).contains("phoenix");
        assertThat(tokens.take()).contains(token);
    }

    @Test
    void theUrlAlphabetAndPaddingAreTakenToo() throws InterruptedException {
        String token = "~~~???>";
        byte[] bytes = token.getBytes(UTF_8);
        offering("phoenix, " + PREFIX + Base64.getUrlEncoder().encodeToString(bytes));
        assertThat(tokens.take()).contains(token);
    }

    @Test
    void inAnyOrderAndInSeveralHeaders() throws InterruptedException {
        assertThat(offering(PREFIX + btoa("abc") + ",phoenix").subprotocol()).contains("phoenix");
        assertThat(tokens.take()).contains("abc");
        assertThat(offering(PREFIX + btoa("abc"), "phoenix").subprotocol()).contains("phoenix");
        assertThat(tokens.take()).contains("abc");
    }

    @Test
    void aTokenAloneIsAnsweredWithNoSubprotocol() throws InterruptedException {
        assertThat(offering(PREFIX + btoa("abc")).subprotocol()).isEmpty();
        assertThat(tokens.take()).contains("abc");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "!", "a", "YWJj=YWJj", "/w", "YW Jj"})
    void aMalformedOneIsNone(String base64) throws InterruptedException {
        assertThat(offering("phoenix, " + PREFIX + base64).subprotocol()).contains("phoenix");
        assertThat(tokens.take()).isEmpty();
    }

    @Test
    void withoutAnyThereIsNone() throws InterruptedException {
        assertThat(offering().subprotocol()).isEmpty();
        assertThat(tokens.take()).isEmpty();
        assertThat(offering("phoenix").subprotocol()).contains("phoenix");
        assertThat(tokens.take()).isEmpty();
        assertThat(offering("chat").subprotocol()).isEmpty();
        assertThat(tokens.take()).isEmpty();
    }
}
