package dev.myriad.channels;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.myriad.net.HttpAnswer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The HTTP responses of long polling. Their status is 200; the one that counts is in the body. Any
 * page may read them, because one of a wrong origin gets no session. Stateless, so thread-safe.
 */
final class LongPollAnswer {
    private static final String ALLOW_ORIGIN = "access-control-allow-origin";
    private static final Map<String, String> JSON =
            Map.of(
                    "content-type",
                    "application/json; charset=utf-8",
                    "cache-control",
                    "no-store",
                    ALLOW_ORIGIN,
                    "*");

    private LongPollAnswer() {}

    static HttpAnswer status(int status) {
        return new HttpAnswer(200, JSON, ("{\"status\":" + status + "}").getBytes(UTF_8));
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
        return new HttpAnswer(200, JSON, body);
    }

    /**
     * Refuses a client. Those statuses that Phoenix's clients know are in the body; they take a
     * body that is none for an error and try again.
     */
    static HttpAnswer refusal(int status, String reason) {
        if (status == 403 || status == 500) {
            return status(status);
        }
        Map<String, String> headers = new HashMap<>();
        headers.put(ALLOW_ORIGIN, "*");
        headers.put("content-type", "text/plain; charset=utf-8");
        if (status == 429 || status == 503) {
            headers.put("retry-after", "1");
        }
        return new HttpAnswer(status, headers, reason.getBytes(UTF_8));
    }

    /** The same, and the last on its connection. */
    static HttpAnswer last(HttpAnswer answer) {
        Map<String, String> headers = new HashMap<>(answer.headers());
        headers.put("connection", "close");
        return new HttpAnswer(answer.status(), headers, answer.body());
    }

    /** Tells a browser that a page of another origin may ask, and with which headers. */
    static HttpAnswer preflight(List<String> headersAskedFor) {
        return new HttpAnswer(
                200,
                Map.of(
                        ALLOW_ORIGIN,
                        "*",
                        "access-control-allow-methods",
                        "GET, POST, OPTIONS",
                        "access-control-allow-headers",
                        String.join(", ", headersAskedFor),
                        "access-control-max-age",
                        "3600"),
                new byte[0]);
    }
}
