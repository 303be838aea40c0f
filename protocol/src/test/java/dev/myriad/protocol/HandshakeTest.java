package dev.myriad.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HandshakeTest {
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    private static final String REQUEST =
            lines(
                    "GET /chat HTTP/1.1",
                    "Host: server.example.com",
                    "Upgrade: websocket",
                    "Connection: Upgrade",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                    "Sec-WebSocket-Version: 13",
                    "",
                    "");

    @Test
    void answersTheSampleOfTheRfc() {
        RequestHead head = parse(REQUEST);
        Handshake.check(head);
        assertThat(Handshake.acceptKey(KEY)).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assertThat(text(Handshake.accept(head, Optional.empty())))
                .isEqualTo(
                        lines(
                                "HTTP/1.1 101 Switching Protocols",
                                "upgrade: websocket",
                                "connection: Upgrade",
                                "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
                                "",
                                ""));
        assertThat(text(Handshake.accept(head, Optional.of("phoenix"))))
                .endsWith("\r\nsec-websocket-protocol: phoenix\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /chat           | POST /chat                    | 400",
                "HTTP/1.1            | HTTP/1.0                      | 400",
                "Upgrade: websocket  | Upgrade: h2c                  | 400",
                "Connection: Upgrade | Connection: close             | 400",
                "Version: 13         | Version: 8                    | 426",
                "Version: 13         | Version: 13, 8                | 426",
                "Sec-WebSocket-Version: 13 | X: y                    | 426",
                "dGhlIHNhbXBsZSBub25jZQ== | short                    | 400",
                "dGhlIHNhbXBsZSBub25jZQ== | dGhlIHNhbXBsZSBub25jZSE= | 400",
                "dGhlIHNhbXBsZSBub25jZQ== | dGhlIHNhbXBsZSBub25j!!== | 400",
                "Sec-WebSocket-Key:  | X:                            | 400",
                "Sec-WebSocket-Key:  | Content-Length: 3\\r\\nSec-WebSocket-Key: | 400",
            })
    void refusesWhatMayNotBecomeAWebSocket(String part, String instead, int status) {
        RequestHead head = parse(REQUEST.replace(part, instead.replace("\\r\\n", "\r\n")));
        assertThatExceptionOfType(HttpException.class)
                .isThrownBy(() -> Handshake.check(head))
                .satisfies(e -> assertThat(e.status()).isEqualTo(status));
    }

    @Test
    void aClientsRequestPassesTheCheck() {
        byte[] request =
                Handshake.request(
                        "localhost:4000",
                        "/socket/websocket?vsn=2.0.0",
                        KEY,
                        Optional.of("phoenix"));
        RequestHead head =
                Objects.requireNonNull(RequestHead.parse(request, 0, request.length, 1024, 10));
        Handshake.check(head);
        assertThat(head.length()).isEqualTo(request.length);
        assertThat(head.header("host")).contains("localhost:4000");
        assertThat(head.header("sec-websocket-protocol")).contains("phoenix");
        assertThat(head.query("vsn")).contains("2.0.0");
    }

    @Test
    void aSubprotocolCannotSmuggleAHeader() {
        RequestHead head = parse(REQUEST);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Handshake.accept(head, Optional.of("a\r\nb: c")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Handshake.accept(head, Optional.of("")));
    }

    private static String lines(String... lines) {
        return String.join("\r\n", lines);
    }

    private static RequestHead parse(String request) {
        byte[] bytes = request.getBytes(StandardCharsets.US_ASCII);
        return Objects.requireNonNull(RequestHead.parse(bytes, 0, bytes.length, 1024, 10));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
