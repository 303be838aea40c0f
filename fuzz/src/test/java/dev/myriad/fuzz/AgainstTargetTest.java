package dev.myriad.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class AgainstTargetTest {
    private static final List<String> ONE = List.of("GET / ");
    private static final List<String> TWO = List.of("GET / ", "GET /2 ");

    @Test
    void oneMayRefuseWhatTheOtherTakes() {
        assertThat(AgainstTarget.agree(ONE, false, TWO, true)).isTrue();
        assertThat(AgainstTarget.agree(TWO, true, ONE, false)).isTrue();
        assertThat(AgainstTarget.agree(TWO, true, TWO, true)).isTrue();
    }

    @Test
    void oneRequestIsNotTwo() {
        assertThat(AgainstTarget.agree(ONE, true, TWO, true)).isFalse();
        assertThat(AgainstTarget.agree(TWO, true, ONE, true)).isFalse();
        assertThat(AgainstTarget.agree(List.of("GET / aa"), false, ONE, false)).isFalse();
    }

    /** A reader that ends chunks with any line end is caught, as it would be by a request. */
    @Test
    void aReaderThatMiscountsIsCaught() {
        byte[] stream = "GET / HTTP/1.1\r\nhost: a\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
        AgainstTarget target =
                new AgainstTarget(
                        _ -> {
                            Reading two = new Reading();
                            two.requests.addAll(TWO);
                            return two;
                        });
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(
                        () -> target.check(stream, new Randomness(), new Meter(Long.MAX_VALUE, 0)));
    }

    @Test
    void nettyReadsWhatOursReads() {
        byte[] stream =
                ("POST http://h/1?a HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nhi"
                                + "GET /2 HTTP/1.1\r\nhost: a\r\n\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1);
        assertThat(new NettyReader().apply(stream).requests)
                .containsExactly("POST /1?a 6869", "GET /2 ");
    }
}
