package dev.myriad.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What of others' text a log shows. */
class EscapeTest {
    private static final long SEED =
            Long.getLong("myriad.escape.seed", new Random().nextLong(1_000_000));

    private static final Pattern UNSEEN = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]");

    private static final int[] NASTY = {
        '\n', '\r', '\t', 0, 0x1B, 0x7F, 0x85, 0x9B, 0x61C, 0x200B, 0x200E, 0x202A, 0x202E, 0x2028,
        0x2029, 0x2066, 0x2069, 0xFEFF, 0xD800, 0xDBFF, 0xDC00, 0xDFFF, 0xE000, 0xE0001, 0x10FFFF
    };

    @Test
    void whatIsHarmlessStaysTheSame() {
        String text = "Grüße, 你好 \\n \u00e9 😀 {} 100%";
        assertThat(Escape.of(text, 100)).isSameAs(text);
        assertThat(Escape.quoted("a", 100)).isEqualTo("\"a\"");
    }

    @Test
    void whatIsNotIsShown() {
        assertThat(Escape.of("a\nb\r\t\u0000\u001b\u007f\u0085\u009b", 100))
                .isEqualTo("a\\nb\\r\\t\\u0000\\u001b\\u007f\\u0085\\u009b");
        assertThat(Escape.of("\u2028\u2029\u202e\u2066\ufeff", 100))
                .isEqualTo("\\u2028\\u2029\\u202e\\u2066\\ufeff");
        assertThat(Escape.of("\ud83d \ude00", 100)).isEqualTo("\\ud83d \\ude00");
        assertThat(Escape.of("\udb40\udc01", 100)).isEqualTo("\\udb40\\udc01");
    }

    @Test
    void itIsCutBetweenCharacters() {
        assertThat(Escape.of("abc", 3)).isEqualTo("abc");
        assertThat(Escape.of("abcd", 3)).isEqualTo("abc...");
        assertThat(Escape.of("ab😀", 3)).isEqualTo("ab...");
        assertThat(Escape.of("ab\n", 3)).isEqualTo("ab...");
    }

    @Test
    void anyTextIsOneLineOfVisibleCharacters() {
        System.out.println("EscapeTest: -Dmyriad.escape.seed=" + SEED);
        Random random = new Random(SEED);
        for (int i = 0; i < 100_000; i++) {
            String text = text(random);
            int max = random.nextInt(60);
            String shown = Escape.of(text, max);
            assertThat(shown.codePoints().allMatch(EscapeTest::isVisible)).as(text).isTrue();
            assertThat(shown.length()).isLessThanOrEqualTo(max + 3);
            assertThat(Escape.of(shown, max + 3)).isSameAs(shown);
            if (text.codePoints().allMatch(EscapeTest::isVisible) && text.length() <= max) {
                assertThat(shown).isSameAs(text);
            }
        }
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(40);
        for (int i = 0; i < length; i++) {
            switch (random.nextInt(4)) {
                case 0 -> text.appendCodePoint(NASTY[random.nextInt(NASTY.length)]);
                case 1 -> text.appendCodePoint(random.nextInt(Character.MAX_CODE_POINT + 1));
                case 2 -> text.append((char) random.nextInt(Character.MAX_VALUE + 1));
                default -> text.append((char) (' ' + random.nextInt(95)));
            }
        }
        return text.toString();
    }

    /** By the letter of what a log must not contain. */
    private static boolean isVisible(int c) {
        boolean control = c < 0x20 || (c >= 0x7F && c <= 0x9F);
        boolean line = c == 0x2028 || c == 0x2029;
        boolean bidi =
                c == 0x61C
                        || c == 0x200E
                        || c == 0x200F
                        || (c >= 0x202A && c <= 0x202E)
                        || (c >= 0x2066 && c <= 0x2069);
        boolean surrogate = c >= 0xD800 && c <= 0xDFFF;
        return !control
                && !line
                && !bidi
                && !surrogate
                && !UNSEEN.matcher(Character.toString(c)).matches();
    }
}
