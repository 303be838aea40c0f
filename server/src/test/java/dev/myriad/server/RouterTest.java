package dev.myriad.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import java.net.InetSocketAddress;
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
        HttpAnswer answer = router.answer(question("GET", "/health", Map.of()));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(new String(answer.body(), UTF_8)).isEqualTo("fine");
    }

    @Test
    void knowsNothingElse() {
        for (String path : List.of("/", "/health/", "/../health", "/page/style.css", "")) {
            assertThat(router.answer(question("GET", path, Map.of())).status())
                    .as(path)
                    .isEqualTo(404);
        }
    }

    @Test
    void answersHeadWithoutABody() {
        HttpAnswer answer = router.answer(question("HEAD", "/health", Map.of()));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void refusesOtherMethods() {
        HttpAnswer answer = router.answer(question("POST", "/health", Map.of()));
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.headers()).containsEntry("allow", "GET, HEAD");
    }

    @Test
    void sendsAnAssetOnceAndThenOnlyItsTag() {
        HttpAnswer first = router.answer(question("GET", "/style.css", Map.of()));
        assertThat(first.status()).isEqualTo(200);
        assertThat(first.headers()).containsEntry("content-type", "text/css; charset=utf-8");
        assertThat(new String(first.body(), UTF_8)).contains("prefers-color-scheme");

        String tag = first.headers().get("etag");
        HttpAnswer second =
                router.answer(question("GET", "/style.css", Map.of("if-none-match", List.of(tag))));
        assertThat(second.status()).isEqualTo(304);
        assertThat(second.body()).isEmpty();
        assertThat(second.headers()).containsEntry("etag", tag);
    }

    static HttpQuestion question(String method, String path, Map<String, List<String>> headers) {
        InetSocketAddress peer = InetSocketAddress.createUnresolved("client", 1);
        return new HttpQuestion(method, path, path, Map.of(), headers, new byte[0], peer);
    }
}
