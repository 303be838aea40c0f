package dev.myriad.protocol;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Writes HTTP/1.1 responses (RFC 9112). Thread-safe: no state.
 *
 * <p>{@code content-length}, {@code date} and {@code connection} are its own affair: they are
 * derived, and what the caller says of them is not sent, but for further options of {@code
 * connection}.
 */
public final class ResponseEncoder {
    /** The interim response that asks for the body. */
    private static final byte[] CONTINUE = Bytes.ascii("HTTP/1.1 100 Continue\r\n\r\n");

    private static final Set<String> DERIVED = Set.of("content-length", "date", "connection");
    private static final byte[] NOTHING = {};

    private ResponseEncoder() {}

    /** A new array each time, since it may be changed by who sends it. */
    public static byte[] continuing() {
        return CONTINUE.clone();
    }

    /**
     * A whole response.
     *
     * @param headers by lower-case name; several values of one name become several lines
     * @param headOnly whether it answers HEAD: the body is counted and not sent
     * @throws IllegalArgumentException if the status is not a final one, a name no token, a value
     *     not one line of ISO 8859-1, or if it claims a transfer coding
     */
    public static byte[] encode(
            int status,
            Map<String, List<String>> headers,
            byte[] body,
            Persistence persistence,
            boolean headOnly) {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("not the status of a final response: " + status);
        }
        StringBuilder head = new StringBuilder(256).append("HTTP/1.1 ").append(status).append(' ');
        head.append(reason(status)).append("\r\n");
        headers.forEach(
                (name, values) -> {
                    if (!DERIVED.contains(name)) {
                        values.forEach(value -> append(head, name, value));
                    }
                });
        boolean bodiless = status == 204 || status == 205 || status == 304;
        byte[] content = bodiless || headOnly ? NOTHING : body;
        if (status == 205) {
            append(head, "content-length", "0");
        } else if (!bodiless) {
            append(head, "content-length", contentLength(headers, body, headOnly));
        }
        append(head, "date", HttpDate.now());
        connection(head, headers, persistence);
        byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] whole = new byte[start.length + content.length];
        Bytes.put(whole, Bytes.put(whole, 0, start), content);
        return whole;
    }

    /** Whether these headers say that the connection ends. */
    public static boolean closes(Map<String, List<String>> headers) {
        return options(headers).contains("close");
    }

    /** Who answers HEAD by itself may know the length without having the body. */
    private static String contentLength(
            Map<String, List<String>> headers, byte[] body, boolean headOnly) {
        List<String> said = headers.getOrDefault("content-length", List.of());
        boolean believed =
                headOnly
                        && body.length == 0
                        && said.size() == 1
                        && said.getFirst().matches("[0-9]{1,18}");
        return believed ? said.getFirst() : String.valueOf(body.length);
    }

    private static void connection(
            StringBuilder head, Map<String, List<String>> headers, Persistence persistence) {
        Set<String> options = options(headers);
        options.remove("keep-alive");
        switch (persistence) {
            case IMPLIED -> {}
            case TOLD -> options.add("keep-alive");
            case CLOSE -> options.add("close");
        }
        if (headers.containsKey("upgrade")) {
            options.add("upgrade");
        }
        if (!options.isEmpty()) {
            append(head, "connection", String.join(", ", options));
        }
    }

    private static Set<String> options(Map<String, List<String>> headers) {
        return new LinkedHashSet<>(elements(headers.getOrDefault("connection", List.of())));
    }

    /** The elements of a header that is a list of tokens, in lower case. */
    static List<String> elements(List<String> values) {
        List<String> elements = new ArrayList<>(2);
        for (String value : values) {
            for (String element : value.split(",", -1)) {
                String name = element.strip().toLowerCase(Locale.ROOT);
                if (!name.isEmpty()) {
                    elements.add(name);
                }
            }
        }
        return elements;
    }

    private static void append(StringBuilder head, String name, String value) {
        if (!HttpToken.isToken(name) || name.equals("transfer-encoding")) {
            throw new IllegalArgumentException("not a header to answer with: " + name);
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7F || c > 0xFF) {
                throw new IllegalArgumentException("malformed value of header " + name);
            }
        }
        head.append(name).append(": ").append(value).append("\r\n");
    }

    private static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 201 -> "Created";
            case 202 -> "Accepted";
            case 204 -> "No Content";
            case 205 -> "Reset Content";
            case 206 -> "Partial Content";
            case 301 -> "Moved Permanently";
            case 302 -> "Found";
            case 303 -> "See Other";
            case 304 -> "Not Modified";
            case 307 -> "Temporary Redirect";
            case 308 -> "Permanent Redirect";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 406 -> "Not Acceptable";
            case 408 -> "Request Timeout";
            case 409 -> "Conflict";
            case 410 -> "Gone";
            case 411 -> "Length Required";
            case 412 -> "Precondition Failed";
            case 413 -> "Content Too Large";
            case 414 -> "URI Too Long";
            case 415 -> "Unsupported Media Type";
            case 417 -> "Expectation Failed";
            case 422 -> "Unprocessable Content";
            case 426 -> "Upgrade Required";
            case 429 -> "Too Many Requests";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 501 -> "Not Implemented";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            case 505 -> "HTTP Version Not Supported";
            default -> ""; // the space before it stays: RFC 9112, section 4
        };
    }
}
