package dev.myriad.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How plain HTTP looks in logs: without what may hold a token. */
class HttpTextTest {
    @Test
    void aQuestionShowsMethodAndPath() {
        assertThat(
                        new HttpQuestion(
                                "POST",
                                "/a%0Ab?token=secret",
                                "/a\nb",
                                Map.of("token", "secret"),
                                Map.of("cookie", List.of("secret")),
                                new byte[3],
                                InetSocketAddress.createUnresolved("client", 1)))
                .hasToString("HttpQuestion[POST /a%0Ab, 3 bytes]");
    }

    @Test
    void anAnswerShowsStatusAndHeaders() {
        assertThat(HttpAnswer.of(200, "text/css", new byte[5]))
                .hasToString("HttpAnswer[200, {content-type=text/css}, 5 bytes]");
    }
}
