package dev.myriad.longpoll;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.myriad.net.HttpAnswer;
import java.util.List;

/**
 * The HTTP responses of long polling. Their HTTP status is usually 200, and the one that counts is
 * in the body. Any page may read them, because a page of a wrong origin gets no session. Stateless,
 * so thread-safe.
 */
final class Answers {
    private static final String ALLOW_ORIGIN = "access-control-allow-origin";

    private Answers() {}

    static HttpAnswer status(int status) {
        return json(("{\"status\":" + status + "}").getBytes(UTF_8));
    }

    private static HttpAnswer json(byte[] body) {
        return HttpAnswer.of(200, "application/json; charset=utf-8", body)
                .with("cache-control", "no-store")
                .with(ALLOW_ORIGIN, "*");
    }

    /**
     * Answers a poll.
     *
     * @param texts JSON strings, each with a comma behind it
     */
    static HttpAnswer messages(int status, String token, byte[] texts) {
        byte[] start =
                ("{\"status\":" + status + ",\"token\":\"" + token + "\",\"messages\":[")
                        .getBytes(UTF_8);
        int length = Math.max(0, texts.length - 1);
        byte[] body = new byte[start.length + length + 2];
        System.arraycopy(start, 0, body, 0, start.length);
        System.arraycopy(texts, 0, body, start.length, length);
        body[body.length - 2] = ']';
        body[body.length - 1] = '}';
        return json(body);
    }

    /**
     * Refuses a client: in the body if that is a status that Phoenix's clients know (403, 500),
     * else by an HTTP status. They take any other body for an error and try again.
     */
    static HttpAnswer refusal(int status, String reason) {
        if (status == 403 || status == 500) {
            return status(status);
        }
        HttpAnswer refusal = HttpAnswer.text(status, reason).with(ALLOW_ORIGIN, "*");
        return status == 429 || status == 503 ? refusal.with("retry-after", "1") : refusal;
    }

    /** The same, and the last on its connection. */
    static HttpAnswer last(HttpAnswer answer) {
        return answer.with("connection", "close");
    }

    /** Tells a browser that a page of another origin may ask, and with which headers. */
    static HttpAnswer preflight(List<String> headersAskedFor) {
        return HttpAnswer.of(200)
                .with(ALLOW_ORIGIN, "*")
                .with("access-control-allow-methods", "GET, POST, OPTIONS")
                .with("access-control-allow-headers", String.join(", ", headersAskedFor))
                .with("access-control-max-age", "3600");
    }
}
