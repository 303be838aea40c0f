package dev.myriad.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodyDecoderTest {
    private static final int BYTES_MAX = 20;
    private static final int BESIDE_MAX = 30;
    private static final String CHUNKED = "transfer-encoding: chunked";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "content-length: 0          | ''                                 | ''",
                "x: y                       | ''                                 | ''",
                "content-length: 5          | hello                              | hello",
                "transfer-encoding: chunked | 0~~                                | ''",
                "transfer-encoding: chunked | 3~abc~2~de~0~~                     | abcde",
                "transfer-encoding: chunked | 00A~0123456789~0000~~              | 0123456789",
                "transfer-encoding: chunked | 3;a=b~abc~1 ;c=\"d;\"~d~0;e~~    | abcd",
                "transfer-encoding: chunked | 3~abc~0~a: b~C:~~                  | abc",
                "transfer-encoding: chunked | 14~01234567890123456789~0~~        | 01234567890123456789",
            })
    void takesItAndNotAByteMore(String header, String sent, String expected) {
        byte[] bytes = (sent.replace("~", "\r\n") + "GET /").getBytes(ISO_8859_1);
        assertThat(outcome(header, bytes, List.of()))
                .isEqualTo(expected + " then " + (bytes.length - 5));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "~",
                "g~",
                " 3~abc~0~~",
                "3 ~abc~0~~",
                "-3~abc~0~~",
                "0x3~abc~0~~",
                "3\nabc~0~~",
                "3\rabc~0~~",
                "3~abcd~0~~",
                "3~abc\n0~~",
                "00000000000000003~abc~0~~",
                "3;a=\nb~abc~0~~",
                "3;a\u0001~abc~0~~",
                "0~ folded~~",
                "0~: nameless~~",
                "0~no colon~~",
                "0~a: b\nc: d~~",
                "0~a: \u0000~~",
                "0~\r~",
            })
    void refusesMalformedChunks(String sent) {
        assertRefused(400, sent);
    }

    @ParameterizedTest
    @ValueSource(strings = {"15~", "ffffffffffffffff~", "14~01234567890123456789~1~"})
    void refusesTooLongOnesWhenTheyAreAnnounced(String sent) {
        assertRefused(413, sent);
        assertThat(outcome("content-length: 21", new byte[0], List.of())).isEqualTo("413");
    }

    @Test
    void boundsWhatComesBesideTheBody() {
        String ten = "a".repeat(9);
        assertRefused(431, "1;" + "a".repeat(30));
        assertRefused(431, ("1;" + ten + "~x~").repeat(4));
        assertRefused(431, "0~a:" + "b".repeat(30));
        assertRefused(431, "0~" + ("a:" + ten + "~").repeat(4));
    }

    /** However the bytes are cut into pieces, the outcome is the same. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void piecesMakeNoDifference(long seed) {
        Random random = new Random(seed);
        String alphabet = "0123abf;: =\"\r\n\tx\u0000\u00e9";
        for (int round = 0; round < 5_000; round++) {
            StringBuilder text =
                    new StringBuilder("3;x=y\r\nabc\r\n5\r\n01234\r\n0\r\nt: u\r\n\r\nGET");
            for (int change = random.nextInt(4); change > 0; change--) {
                char c = alphabet.charAt(random.nextInt(alphabet.length()));
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, c);
                    case 1 -> text.insert(at, c);
                    default -> text.deleteCharAt(at);
                }
            }
            byte[] bytes = text.toString().getBytes(ISO_8859_1);
            String whole = outcome(CHUNKED, bytes, List.of());
            for (int cut = 0; cut <= bytes.length; cut++) {
                int other = random.nextInt(bytes.length + 1);
                List<Integer> cuts = List.of(Math.min(cut, other), Math.max(cut, other));
                assertThat(outcome(CHUNKED, bytes, cuts))
                        .as("seed %d round %d: %s cut at %s", seed, round, text, cuts)
                        .isEqualTo(whole);
            }
        }
    }

    private static void assertRefused(int status, String sent) {
        byte[] bytes = sent.replace("~", "\r\n").getBytes(ISO_8859_1);
        assertThat(outcome(CHUNKED, bytes, List.of())).as(sent).isEqualTo("" + status);
    }

    /** The body and how many bytes were taken, or the status that refuses it. */
    private static String outcome(String header, byte[] bytes, List<Integer> cuts) {
        String[] parts = header.split(": ", -1);
        RequestHead head = RequestHead.of("POST", "/", Map.of(parts[0], List.of(parts[1])));
        try {
            BodyDecoder body = BodyDecoder.of(head, BYTES_MAX, BESIDE_MAX, new Pieces());
            int from = 0;
            for (int cut : cuts) {
                from = body.take(Arrays.copyOf(bytes, cut), from, cut);
            }
            int taken = body.take(bytes, from, bytes.length);
            return body.isComplete()
                    ? new String(body.bytes(), ISO_8859_1) + " then " + taken
                    : "incomplete";
        } catch (HttpException e) {
            return "" + e.status();
        }
    }
}
