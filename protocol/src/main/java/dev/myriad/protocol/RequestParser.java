package dev.myriad.protocol;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Parses a {@link RequestHead}, whose documentation tells the rules. Thread-safe: no state. */
final class RequestParser {
    private static final int CONTENT_LENGTH_DIGITS_MAX = 18;

    /** RFC 9112, section 2.2, wants one to be ignored; some clients send one after each body. */
    private static final int EMPTY_LINES_MAX = 4;

    private RequestParser() {}

    static @Nullable RequestHead parse(
            byte[] bytes, int from, int to, int maxHeaderBytes, int maxHeaders) {
        int start = afterEmptyLines(bytes, from, to);
        int end = endOfHead(bytes, start, to, maxHeaderBytes);
        if (end < 0) {
            return null;
        }
        int lineEnd = endOfLine(bytes, start);
        RequestLine line = RequestLine.parse(bytes, start, lineEnd);
        Map<String, List<String>> headers = headers(bytes, lineEnd + 2, end - 2, maxHeaders);
        checkHost(line, headers);
        checkExpectation(line, headers);
        line.target().authority().ifPresent(host -> headers.put("host", List.of(host)));
        OptionalLong contentLength = contentLength(line, headers);
        return new RequestHead(
                line, Collections.unmodifiableMap(headers), contentLength, end - from);
    }

    private static int afterEmptyLines(byte[] bytes, int from, int to) {
        int at = from;
        for (int i = 0; i < EMPTY_LINES_MAX; i++) {
            if (at + 1 >= to || bytes[at] != '\r' || bytes[at + 1] != '\n') {
                break;
            }
            at += 2;
        }
        return at;
    }

    static RequestHead of(String method, String target, Map<String, List<String>> headers) {
        StringBuilder text = new StringBuilder(method).append(' ').append(target);
        text.append(" HTTP/1.1\r\n");
        if (!headers.containsKey("host")) {
            text.append("host: localhost\r\n");
        }
        headers.forEach(
                (name, values) ->
                        values.forEach(
                                value ->
                                        text.append(name)
                                                .append(": ")
                                                .append(value)
                                                .append("\r\n")));
        byte[] bytes = text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        RequestHead head = parse(bytes, 0, bytes.length, bytes.length, Integer.MAX_VALUE);
        if (head == null || head.length() != bytes.length) {
            throw HttpException.badRequest("malformed request");
        }
        return head;
    }

    /**
     * The index after the empty line, -1 if there is none yet. Sees to it that there are no control
     * characters and that lines end with CR LF.
     */
    private static int endOfHead(byte[] bytes, int from, int to, int maxHeaderBytes) {
        int limit = (int) Math.min(to, (long) from + maxHeaderBytes);
        int lineStart = from;
        boolean inRequestLine = true;
        for (int at = from; at < limit; at++) {
            byte b = bytes[at];
            if (b == '\r') {
                if (at + 1 == limit) {
                    break;
                }
                if (bytes[++at] != '\n') {
                    throw HttpException.badRequest("CR without LF");
                }
                if (at - 1 == lineStart) {
                    if (inRequestLine) {
                        throw HttpException.badRequest("no request line");
                    }
                    return at + 1;
                }
                lineStart = at + 1;
                inRequestLine = false;
            } else if ((b >= 0 && b < ' ' && b != '\t')
                    || b == 0x7F
                    || (b == '\t' && inRequestLine)) {
                throw HttpException.badRequest("control character");
            }
        }
        if (limit < to || limit - from == maxHeaderBytes) {
            throw new HttpException(inRequestLine ? 414 : 431, "request head too long");
        }
        return -1;
    }

    private static int endOfLine(byte[] bytes, int from) {
        int at = from;
        while (bytes[at] != '\r') {
            at++;
        }
        return at;
    }

    private static Map<String, List<String>> headers(
            byte[] bytes, int from, int to, int maxHeaders) {
        Map<String, List<String>> headers = HashMap.newHashMap(16);
        int count = 0;
        int at = from;
        while (at < to) {
            int end = endOfLine(bytes, at);
            if (++count > maxHeaders) {
                throw new HttpException(431, RequestHead.TOO_MANY_HEADERS);
            }
            String line = new String(bytes, at, end - at, StandardCharsets.ISO_8859_1);
            int colon = line.indexOf(':');
            String name = colon < 0 ? "" : line.substring(0, colon);
            if (!HttpToken.isToken(name)) {
                throw HttpException.badRequest("malformed header");
            }
            headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), _ -> new ArrayList<>(1))
                    .add(trim(line, colon + 1));
            at = end + 2;
        }
        headers.replaceAll((_, values) -> List.copyOf(values));
        return headers;
    }

    /** Without the spaces and tabs around it. */
    private static String trim(String line, int start) {
        int from = start;
        int to = line.length();
        while (from < to && isBlank(line.charAt(from))) {
            from++;
        }
        while (from < to && isBlank(line.charAt(to - 1))) {
            to--;
        }
        return line.substring(from, to);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private static void checkHost(RequestLine line, Map<String, List<String>> headers) {
        List<String> hosts = headers.getOrDefault("host", List.of());
        if (hosts.size() > 1 || (hosts.isEmpty() && line.http11())) {
            throw HttpException.badRequest("exactly one Host is needed");
        }
        if (!hosts.stream().allMatch(Authority::isValid)) {
            throw HttpException.badRequest("malformed Host");
        }
    }

    /** RFC 9110, section 10.1.1; of a client of HTTP/1.0 it means nothing. */
    private static void checkExpectation(RequestLine line, Map<String, List<String>> headers) {
        List<String> expected = headers.getOrDefault("expect", List.of());
        if (line.http11()
                && !ResponseEncoder.elements(expected).stream().allMatch("100-continue"::equals)) {
            throw new HttpException(417, "unknown expectation");
        }
    }

    private static OptionalLong contentLength(RequestLine line, Map<String, List<String>> headers) {
        List<String> lengths = headers.getOrDefault("content-length", List.of());
        List<String> codings = headers.getOrDefault("transfer-encoding", List.of());
        if (!codings.isEmpty()) {
            if (!lengths.isEmpty() || !line.http11()) {
                throw HttpException.badRequest("Transfer-Encoding out of place");
            }
            checkCodings(ResponseEncoder.elements(codings));
        }
        if (lengths.isEmpty()) {
            return OptionalLong.empty();
        }
        String length = lengths.getFirst();
        boolean sane =
                lengths.size() == 1
                        && !length.isEmpty()
                        && length.length() <= CONTENT_LENGTH_DIGITS_MAX
                        && length.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!sane) {
            throw HttpException.badRequest("malformed Content-Length");
        }
        return OptionalLong.of(Long.parseLong(length));
    }

    /** Without chunks at the end nobody knows where a body ends: RFC 9112, section 6.3. */
    private static void checkCodings(List<String> codings) {
        if (codings.indexOf("chunked") != codings.size() - 1 || codings.isEmpty()) {
            throw HttpException.badRequest("chunked is not the last transfer coding");
        }
        if (codings.size() > 1) {
            throw new HttpException(501, "unknown transfer coding");
        }
    }
}
