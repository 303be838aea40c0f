package dev.myriad.protocol;

import java.nio.charset.StandardCharsets;

/** The first line of a request: method, target and version. Immutable but for the target's map. */
record RequestLine(String method, RequestTarget target, boolean http11) {
    private static final String VERSION_START = "HTTP/";

    /** Parses the line without its line end; it holds no control characters. */
    static RequestLine parse(byte[] bytes, int from, int to) {
        String line = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
        int first = line.indexOf(' ');
        int last = line.lastIndexOf(' ');
        if (first <= 0 || first == last || line.indexOf(' ', first + 1) != last) {
            throw HttpException.badRequest("malformed request line");
        }
        boolean http11 = http11(line.substring(last + 1));
        String method = line.substring(0, first);
        if (!HttpToken.isToken(method)) {
            throw HttpException.badRequest("malformed method");
        }
        return new RequestLine(
                method, RequestTarget.parse(method, line.substring(first + 1, last)), http11);
    }

    private static boolean http11(String version) {
        boolean wellFormed =
                version.length() == 8
                        && version.startsWith(VERSION_START)
                        && isDigit(version.charAt(5))
                        && version.charAt(6) == '.'
                        && isDigit(version.charAt(7));
        if (!wellFormed) {
            throw HttpException.badRequest("malformed version");
        }
        if (version.charAt(5) != '1') {
            throw new HttpException(505, "only HTTP/1.x");
        }
        return version.charAt(7) != '0';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
