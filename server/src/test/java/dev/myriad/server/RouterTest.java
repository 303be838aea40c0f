package dev.myriad.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RouterTest {
    private final Router router =
            new Router(
                    Map.of(
                            "/health",
                            _ -> HttpAnswer.text(200, "fine"),
                            "/style.css",
                            Asset.of("style.css")));

    @Test
    void answersTheExactPath() {
        HttpAnswer answer = router.answer(HttpQuestion.of("GET", "/health"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(new String(answer.body(), UTF_8)).isEqualTo("fine");
    }

    @Test
    void knowsNothingElse() {
        for (String path : List.of("/", "/health/", "/../health", "/page/style.css")) {
            assertThat(router.answer(HttpQuestion.of("GET", path)).status())
                    .as(path)
                    .isEqualTo(404);
        }
    }

    @Test
    void answersHeadAsGet() {
        HttpAnswer answer = router.answer(HttpQuestion.of("HEAD", "/health"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(new String(answer.body(), UTF_8)).isEqualTo("fine");
    }

    @Test
    void refusesOtherMethods() {
        HttpAnswer answer = router.answer(HttpQuestion.of("POST", "/health"));
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.headers()).containsEntry("allow", List.of("GET, HEAD"));
    }

    @Test
    void leavesMethodsToARouteThatTakesAll() {
        Router posts =
                new Router(
                        Map.of(
                                "/it",
                                new Router.AnyMethod(
                                        question -> HttpAnswer.text(200, question.method()))));
        HttpAnswer answer = posts.answer(HttpQuestion.of("POST", "/it"));
        assertThat(new String(answer.body(), UTF_8)).isEqualTo("POST");
    }

    @Test
    void sendsAnAssetOnceAndThenOnlyItsTag() {
        HttpAnswer first = router.answer(HttpQuestion.of("GET", "/style.css"));
        assertThat(first.status()).isEqualTo(200);
        assertThat(first.headers())
                .containsEntry("content-type", List.of("text/css; charset=utf-8"));
        assertThat(new String(first.body(), UTF_8)).contains("prefers-color-scheme");

        String tag = first.header("etag").orElseThrow();
        HttpAnswer second =
                router.answer(HttpQuestion.of("GET", "/style.css").with("if-none-match", tag));
        assertThat(second.status()).isEqualTo(304);
        assertThat(second.body()).isEmpty();
        assertThat(second.headers()).containsEntry("etag", List.of(tag));
    }
}
