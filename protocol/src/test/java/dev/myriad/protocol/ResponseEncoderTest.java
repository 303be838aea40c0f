package dev.myriad.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseEncoderTest {
    private static final byte[] BODY = "n\u00f6".getBytes(ISO_8859_1);

    @Test
    void writesAWholeResponse() {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        headers.put("content-type", List.of("text/plain"));
        headers.put("set-cookie", List.of("a=1", "b=2"));
        headers.put("date", List.of("yesterday"));
        headers.put("content-length", List.of("7"));
        assertThat(encode(403, headers, Persistence.CLOSE, false))
                .matches(
                        """
                        HTTP/1.1 403 Forbidden
                        content-type: text/plain
                        set-cookie: a=1
                        set-cookie: b=2
                        content-length: 2
                        date: [A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} 20[0-9]{2} [0-9:]{8} GMT
                        connection: close

                        n\u00f6"""
                                .replace("\n", "\r\n"));
    }

    @Test
    void saysOfTheConnectionWhatDoesNotGoWithoutSaying() {
        assertThat(encode(200, Map.of(), Persistence.IMPLIED, false)).doesNotContain("connection");
        assertThat(encode(200, Map.of(), Persistence.TOLD, false))
                .contains("\r\nconnection: keep-alive\r\n");
        Map<String, List<String>> upgrade = Map.of("upgrade", List.of("websocket"));
        assertThat(encode(426, upgrade, Persistence.IMPLIED, false))
                .contains("\r\nupgrade: websocket\r\n", "\r\nconnection: upgrade\r\n");
        assertThat(encode(426, upgrade, Persistence.CLOSE, false))
                .contains("\r\nconnection: close, upgrade\r\n");
        Map<String, List<String>> close = Map.of("connection", List.of("x, Close"));
        assertThat(ResponseEncoder.closes(close)).isTrue();
        assertThat(encode(200, close, Persistence.CLOSE, false))
                .contains("\r\nconnection: x, close\r\n");
    }

    @Test
    void aHeadHasTheLengthOfTheBodyThatIsNotSent() {
        assertThat(encode(200, Map.of(), Persistence.IMPLIED, true))
                .contains("\r\ncontent-length: 2\r\n")
                .endsWith("\r\n\r\n");
        Map<String, List<String>> known = Map.of("content-length", List.of("99"));
        byte[] answer = ResponseEncoder.encode(200, known, new byte[0], Persistence.IMPLIED, true);
        assertThat(new String(answer, ISO_8859_1)).contains("\r\ncontent-length: 99\r\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void someStatusesHaveNeitherBodyNorLength(int status) {
        assertThat(encode(status, Map.of(), Persistence.IMPLIED, false))
                .doesNotContain("content-length")
                .endsWith("\r\n\r\n");
    }

    @Test
    void aStatusWithoutAPhraseKeepsItsSpace() {
        assertThat(encode(299, Map.of(), Persistence.IMPLIED, false))
                .startsWith("HTTP/1.1 299 \r\n");
    }

    @Test
    void whatIsMalformedIsNotWritten() {
        for (String name : List.of("", "a b", "a:", "a\r\nb", "\u00e9", "transfer-encoding")) {
            assertThatIllegalArgumentException()
                    .as(name)
                    .isThrownBy(
                            () ->
                                    encode(
                                            200,
                                            Map.of(name, List.of("x")),
                                            Persistence.IMPLIED,
                                            false));
        }
        for (String value : List.of("a\r\nb: c", "a\nb", "\u0000", "\u007f", "\u20ac")) {
            assertThatIllegalArgumentException()
                    .as(value)
                    .isThrownBy(
                            () ->
                                    encode(
                                            200,
                                            Map.of("a", List.of(value)),
                                            Persistence.IMPLIED,
                                            false));
        }
        for (int status : new int[] {-1, 0, 99, 100, 101, 600, 1_000}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> encode(status, Map.of(), Persistence.IMPLIED, false));
        }
    }

    @Test
    void theDateIsTheOneOfTheStandard() {
        assertThat(HttpDate.of(784_111_777).text()).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
    }

    private static String encode(
            int status, Map<String, List<String>> headers, Persistence persistence, boolean head) {
        return new String(
                ResponseEncoder.encode(status, headers, BODY, persistence, head), ISO_8859_1);
    }
}
