package dev.myriad.protocol;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Percent-decoding of paths (RFC 3986) and of queries as HTML forms encode them (WHATWG URL).
 * Thread-safe: no state.
 *
 * <p>What it decodes is visible ASCII. A malformed escape, an escaped control character in a path,
 * and escapes that are not UTF-8 are refused with 400.
 */
final class UrlDecoder {
    private UrlDecoder() {}

    static String path(String path) {
        String decoded = decode(path, false);
        for (int i = 0; i < decoded.length(); i++) {
            if (Character.isISOControl(decoded.charAt(i))) {
                throw HttpException.badRequest("control character in path");
            }
        }
        return decoded;
    }

    static Map<String, String> query(String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        int at = 0;
        while (at < query.length()) {
            int end = query.indexOf('&', at);
            end = end < 0 ? query.length() : end;
            int equals = query.indexOf('=', at);
            equals = equals < 0 || equals > end ? end : equals;
            if (at < end) {
                String value = equals < end ? query.substring(equals + 1, end) : "";
                parameters.put(decode(query.substring(at, equals), true), decode(value, true));
            }
            at = end + 1;
        }
        return parameters;
    }

    private static String decode(String text, boolean plusIsSpace) {
        if (text.indexOf('%') < 0 && (!plusIsSpace || text.indexOf('+') < 0)) {
            return text;
        }
        byte[] bytes = new byte[text.length()];
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                bytes[length++] = (byte) (hex(text, i + 1) << 4 | hex(text, i + 2));
                i += 2;
            } else {
                bytes[length++] = (byte) (plusIsSpace && c == '+' ? ' ' : c);
            }
        }
        if (!Utf8.valid(bytes, 0, length)) {
            throw HttpException.badRequest("escapes are not UTF-8");
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private static int hex(String text, int at) {
        int digit = at < text.length() ? Character.digit(text.charAt(at), 16) : -1;
        if (digit < 0) {
            throw HttpException.badRequest("malformed escape");
        }
        return digit;
    }
}
