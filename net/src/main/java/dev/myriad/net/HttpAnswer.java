package dev.myriad.net;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * An HTTP response; content-length, date and connection headers are added. With a header {@code
 * connection: close} the connection ends after it.
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
public record HttpAnswer(int status, Map<String, String> headers, byte[] body) {
    public static HttpAnswer of(int status, String contentType, byte[] body) {
        return new HttpAnswer(status, Map.of("content-type", contentType), body);
    }

    /** Without the body, but its length. */
    @Override
    public String toString() {
        return "HttpAnswer[" + status + ", " + headers + ", " + body.length + " bytes]";
    }

    public static HttpAnswer text(int status, String body) {
        return of(status, "text/plain; charset=utf-8", body.getBytes(StandardCharsets.UTF_8));
    }
}
