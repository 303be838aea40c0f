package dev.myriad.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"1\"",
                "\"\"",
                "\"01\"",
                "\"1024\"",
                "\"a\\\"b\"",
                "12",
                "-1.5e3",
                "\"é\""
            })
    void keepsTheTokenAsItCame(String token) {
        assertThat(of(token)).isEqualTo(utf8(token));
    }

    @Test
    void nullIsNoRef() {
        assertThat(of("null")).isNull();
    }

    @Test
    void sharesSmallNumbers() {
        for (String small : new String[] {"\"0\"", "\"1\"", "\"1023\""}) {
            assertThat(of(small)).isSameAs(of(small));
            assertThat(Ref.quoted(small.replace("\"", ""))).isSameAs(of(small));
        }
        assertThat(of("\"1024\"")).isNotSameAs(of("\"1024\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[]", "true", "nul", "\"a", "\"a\" ", "1x", " 1"})
    void refusesOtherValues(String token) {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> of(token))
                .satisfies(e -> assertThat(e.closeCode()).isEqualTo(CloseCode.INTERNAL_ERROR));
    }

    @Test
    void limitsTheLength() {
        assertThat(of("\"" + "a".repeat(253) + "\"")).hasSize(255);
        refusesOtherValues("\"" + "a".repeat(254) + "\"");
        refusesOtherValues("1".repeat(256));
        assertThatIllegalArgumentException().isThrownBy(() -> Ref.quoted("a".repeat(254)));
    }

    @Test
    void quotesAndUnquotes() {
        assertThat(Ref.quoted("a\"b")).isEqualTo(utf8("\"a\\\"b\""));
        assertThat(Ref.text(utf8("\"a\\\"\\u00e9\""))).isEqualTo("a\"é");
        assertThat(Ref.text(utf8("12"))).isEqualTo("12");
    }

    private static byte @Nullable [] of(String token) {
        byte[] bytes = utf8("[" + token + "]");
        return Ref.of(bytes, 1, bytes.length - 1);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
