package dev.myriad.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonScannerTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "7",
                "-12",
                "1.5",
                "0.25",
                "1e9",
                "1E+9",
                "-0.0e-0",
                "123456789012345678901234567890",
                "true",
                "false",
                "null",
                "\"\"",
                "\"abc\"",
                "\"é☕😀\"",
                "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
                "\"\\u00e9\\uD83d\\ude00\"",
                "\"a long string of more than eight bytes\"",
                "\"\u007f\"",
                "[]",
                "[ ]",
                "[1]",
                "[1,2]",
                "[[],[[]]]",
                "[{},\"\",null]",
                "{}",
                "{ }",
                "{\"a\":1}",
                "{\"a\":{\"b\":[{}]},\"a\":2}",
                "{\"\":\"\"}",
                " \t\r\n{ \"a\" : [ 1 , 2 ] , \"b\" : { } }",
            })
    void stepsOverEveryValue(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        assertThat(JsonScanner.skipValue(bytes, 0, bytes.length)).isEqualTo(bytes.length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "-",
                "+1",
                ".5",
                "1.",
                "1.e5",
                "1e",
                "1e+",
                "-a",
                "NaN",
                "Infinity",
                "'a'",
                "tru",
                "True",
                "nul",
                "nulL",
                "undefined",
                "\"",
                "\"abc",
                "\"\\",
                "\"\\\"",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\u12g4\"",
                "\"\\u123",
                "\"\n\"",
                "\"\u0000\"",
                "\"seven b\u001f\"",
                "\"eight by\u001f and more text\"",
                "\"\\ud800\"",
                "\"\\ud83d",
                "\"\\ud83d\\",
                "\"\\ud83d\\u",
                "\"\\udc00\"",
                "\"\\ud800\\n\"",
                "\"\\ud800x\"",
                "\"\\ud800\\ud800\"",
                "\"\\ud83d\\u00e9\"",
                "[",
                "[1",
                "[1,",
                "[1,]",
                "[,1]",
                "[1 2]",
                "[}",
                "]",
                "{",
                "{\"a\"",
                "{\"a\":",
                "{\"a\":1",
                "{\"a\":1,",
                "{\"a\":1,}",
                "{\"a\"}",
                "{a:1}",
                "{1:1}",
                "{,}",
                "{]",
                "{\"a\" 1}",
                "{\"a\"::1}",
                "[\"a\":1]",
                "{\"a\",1}",
                "//c\n1",
                "\u00a01",
            })
    void refusesWhatIsNotJson(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> JsonScanner.skipValue(bytes, 0, bytes.length))
                .satisfies(e -> assertThat(e.closeCode()).isEqualTo(CloseCode.INTERNAL_ERROR));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1 ", "01", "1x", "-01", "{}}", "[] []", "\"a\"\"", "null,"})
    void stopsBehindTheValue(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        assertThat(JsonScanner.skipValue(bytes, 0, bytes.length)).isLessThan(bytes.length);
    }

    @Test
    void limitsTheDepthWithoutForgettingAnOuterBracket() {
        String alternating = "{\"a\":[".repeat(64) + "1" + "]}".repeat(64);
        assertThat(JsonScanner.DEPTH_MAX).isEqualTo(128);
        stepsOverEveryValue(alternating);
        stepsOverEveryValue("[".repeat(128) + "]".repeat(128));
        refusesWhatIsNotJson("[".repeat(129) + "]".repeat(129));
        refusesWhatIsNotJson("[" + alternating + "]");
        refusesWhatIsNotJson("[".repeat(64) + "{\"a\":".repeat(64) + "1" + "]".repeat(128));
        stepsOverEveryValue("[" + "[".repeat(127) + "]".repeat(127) + ",{},[]]");
    }

    @Test
    void doesNotLookBeyondTheEnd() {
        byte[] bytes = "[1,\"abcdefghijkl\",true]".getBytes(StandardCharsets.UTF_8);
        for (int to = 0; to < bytes.length; to++) {
            int end = to;
            assertThatExceptionOfType(ProtocolException.class)
                    .isThrownBy(() -> JsonScanner.skipValue(bytes, 0, end));
        }
        assertThat(JsonScanner.skipValue(bytes, 1, 2)).isEqualTo(2);
    }
}
