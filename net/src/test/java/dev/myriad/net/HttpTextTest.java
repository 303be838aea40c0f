package dev.myriad.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Questions and answers as values, and how they look in logs: without what may hold a token. */
class HttpTextTest {
    @Test
    void aQuestionShowsMethodAndPath() {
        HttpQuestion question =
                HttpQuestion.of("POST", "/a%20b?token=secret")
                        .with("Cookie", "secret")
                        .withBody(new byte[3]);
        assertThat(question).hasToString("HttpQuestion[POST /a%20b, 3 bytes]");
        assertThat(question.path()).isEqualTo("/a b");
        assertThat(question.query()).containsExactly(Map.entry("token", "secret"));
        assertThat(question.header("cookie")).contains("secret");
    }

    @Test
    void anAnswerShowsStatusAndHeaders() {
        assertThat(HttpAnswer.of(200, "text/css", new byte[5]))
                .hasToString("HttpAnswer[200, {content-type=[text/css]}, 5 bytes]");
    }

    @Test
    void aHeaderIsReplacedOrAdded() {
        HttpAnswer answer =
                HttpAnswer.of(204)
                        .adding("Set-Cookie", "a=1")
                        .adding("set-cookie", "b=2")
                        .with("Allow", "GET")
                        .with("allow", "PUT");
        assertThat(answer.headers())
                .containsExactly(
                        Map.entry("set-cookie", List.of("a=1", "b=2")),
                        Map.entry("allow", List.of("PUT")));
    }
}
