package dev.myriad.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonStringTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "plain             | plain",
                "\\u0061\\u00e9    | aé",
                "\\u2615           | ☕",
                "\\ud83d\\uDE00!   | 😀!",
                "\\\"\\\\\\/       | \"\\/",
                "☕\\u0020x        | ☕ x",
            })
    void unescapes(String raw, String text) {
        byte[] bytes = raw.getBytes(StandardCharsets.UTF_8);
        byte[] unescaped = JsonString.unescape(bytes, 0, bytes.length);
        assertThat(new String(unescaped, StandardCharsets.UTF_8)).isEqualTo(text);
        assertThat(JsonString.is(unescaped, bytes, 0, bytes.length)).isTrue();
        assertThat(JsonString.is(new byte[] {1}, bytes, 0, bytes.length)).isFalse();
    }

    @Test
    void unescapesControlCharacters() {
        byte[] bytes = "\\b\\f\\n\\r\\t\\u0000".getBytes(StandardCharsets.UTF_8);
        assertThat(JsonString.unescape(bytes, 0, bytes.length))
                .containsExactly('\b', '\f', '\n', '\r', '\t', 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "\"quoted\"",
                "back\\slash",
                "\b\f\n\r\t",
                "\u0000\u001f\u007f",
                "é☕😀",
                "a/b"
            })
    void whatTheWriterWritesReadsTheSame(String text) {
        byte[] written = write(text);
        assertThat(JsonString.skip(written, 0, written.length)).isEqualTo(written.length);
        byte[] unescaped = JsonString.unescape(written, 1, written.length - 1);
        assertThat(new String(unescaped, StandardCharsets.UTF_8)).isEqualTo(text);
    }

    @Test
    void escapesOnlyWhatHasToBe() {
        assertThat(write("a/é\"\\\n\u0001\u001f\u007f"))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("\"a/é\\\"\\\\\\n\\u0001\\u001f\u007f\"");
        assertThat(write("half \ud800")).asString(StandardCharsets.UTF_8).isEqualTo("\"half ?\"");
    }

    private static byte[] write(String text) {
        byte[] into = new byte[JsonWriter.stringLength(text)];
        assertThat(JsonWriter.writeString(text, into, 0)).isEqualTo(into.length);
        return into;
    }
}
