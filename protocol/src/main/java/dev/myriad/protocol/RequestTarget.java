package dev.myriad.protocol;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a request is about (RFC 9112, section 3.2), taken apart. Immutable but for its map.
 *
 * @param text path and query, or the asterisk
 * @param authority of a target in absolute form, whose path and query {@code text} then has
 */
record RequestTarget(
        String text, String path, Map<String, String> queryParameters, Optional<String> authority) {
    private static final String ASTERISK = "*";

    static RequestTarget parse(String method, String target) {
        if (!isVisibleAscii(target)) {
            throw malformed();
        }
        if (method.equals("CONNECT")) {
            throw Authority.isValid(target) && target.indexOf(':') > 0
                    ? new HttpException(501, "no tunnels here")
                    : malformed();
        }
        if (target.startsWith("/")) {
            return origin(target, Optional.empty());
        }
        if (target.equals(ASTERISK) && method.equals("OPTIONS")) {
            return asterisk(Optional.empty());
        }
        return absolute(method, target);
    }

    private static RequestTarget absolute(String method, String target) {
        String lower = target.toLowerCase(Locale.ROOT);
        if (!lower.startsWith("http://") && !lower.startsWith("https://")) {
            throw malformed();
        }
        int from = target.indexOf("//") + 2;
        int to = from;
        while (to < target.length() && target.charAt(to) != '/' && target.charAt(to) != '?') {
            to++;
        }
        String authority = target.substring(from, to);
        if (authority.isEmpty() || authority.charAt(0) == ':' || !Authority.isValid(authority)) {
            throw malformed();
        }
        String rest = target.substring(to);
        if (rest.isEmpty() && method.equals("OPTIONS")) {
            return asterisk(Optional.of(authority));
        }
        return origin(rest.startsWith("/") ? rest : "/" + rest, Optional.of(authority));
    }

    private static RequestTarget origin(String target, Optional<String> authority) {
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        String query = question < 0 ? "" : target.substring(question + 1);
        return new RequestTarget(target, UrlDecoder.path(path), UrlDecoder.query(query), authority);
    }

    private static RequestTarget asterisk(Optional<String> authority) {
        return new RequestTarget(ASTERISK, ASTERISK, Map.of(), authority);
    }

    /** A fragment never goes over the wire. */
    private static boolean isVisibleAscii(String target) {
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c >= 0x7F || c == '#') {
                return false;
            }
        }
        return true;
    }

    private static HttpException malformed() {
        return HttpException.badRequest("malformed target");
    }
}
