package dev.myriad.net;

import dev.myriad.protocol.Handshake;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * An HTTP response; content-length, date and connection headers are added. With a header {@code
 * connection: close} the connection ends after it. Immutable, if nobody changes the body.
 *
 * @param headers by lower-case name; several values of one name are several lines
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
public record HttpAnswer(int status, Map<String, List<String>> headers, byte[] body) {
    private static final byte[] NOTHING = {};

    public HttpAnswer {
        Objects.requireNonNull(body, "body");
        Map<String, List<String>> copy = LinkedHashMap.newLinkedHashMap(headers.size());
        headers.forEach(
                (name, values) ->
                        copy.merge(
                                name.toLowerCase(Locale.ROOT),
                                List.copyOf(values),
                                HttpAnswer::joined));
        headers = Collections.unmodifiableMap(copy);
    }

    /** One without a body. */
    public static HttpAnswer of(int status) {
        return new HttpAnswer(status, Map.of(), NOTHING);
    }

    public static HttpAnswer of(int status, String contentType, byte[] body) {
        return new HttpAnswer(status, Map.of("content-type", List.of(contentType)), body);
    }

    public static HttpAnswer text(int status, String body) {
        return of(status, "text/plain; charset=utf-8", body.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * 426: the answer to a plain HTTP request at the address of a WebSocket.
     *
     * @param reason a text for the human who reads it
     */
    public static HttpAnswer upgradeRequired(String reason) {
        return text(426, reason)
                .with("upgrade", "websocket")
                .with("sec-websocket-version", Handshake.VERSION);
    }

    /** The same with this header, instead of those of that name. */
    public HttpAnswer with(String name, String value) {
        Map<String, List<String>> changed = new LinkedHashMap<>(headers);
        changed.put(name.toLowerCase(Locale.ROOT), List.of(value));
        return new HttpAnswer(status, changed, body);
    }

    /** The same with one more header, beside those of that name: {@code set-cookie} wants that. */
    public HttpAnswer adding(String name, String value) {
        Map<String, List<String>> changed = new LinkedHashMap<>(headers);
        changed.merge(name.toLowerCase(Locale.ROOT), List.of(value), HttpAnswer::joined);
        return new HttpAnswer(status, changed, body);
    }

    /** The first header of that lower-case name. */
    public Optional<String> header(String name) {
        return headers.getOrDefault(name, List.of()).stream().findFirst();
    }

    private static List<String> joined(List<String> some, List<String> more) {
        List<String> all = new ArrayList<>(some);
        all.addAll(more);
        return List.copyOf(all);
    }

    /** Without the body, but its length. */
    @Override
    public String toString() {
        return "HttpAnswer[" + status + ", " + headers + ", " + body.length + " bytes]";
    }
}
