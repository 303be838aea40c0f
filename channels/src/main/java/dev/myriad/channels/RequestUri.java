package dev.myriad.channels;

import dev.myriad.protocol.RequestHead;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The whole address of a request, put together again. Stateless, so thread-safe. */
final class RequestUri {
    private static final Pattern AUTHORITY =
            Pattern.compile("(?:" + Origin.HOST + ")(?::(?:" + Origin.PORT + ")?)?");

    /** What browsers and RFC 3986 agree on; other characters are escaped. */
    private static final String ALLOWED = "-._~:/?@!$&'()*+,;=%";

    private RequestUri() {}

    static URI of(String scheme, RequestHead request) {
        String target = escaped(request.target()).replaceFirst("^/+", "/");
        Optional<String> host =
                request.header("host").filter(name -> AUTHORITY.matcher(name).matches());
        try {
            return URI.create(host.map(name -> scheme + "://" + name).orElse("") + target);
        } catch (IllegalArgumentException _) { // such as [:::]
            return URI.create(target);
        }
    }

    /** The target is visible ASCII, and its escapes are well-formed. */
    private static String escaped(String target) {
        StringBuilder escaped = new StringBuilder(target.length());
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            boolean plain =
                    (c >= '0' && c <= '9')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= 'a' && c <= 'z')
                            || ALLOWED.indexOf(c) >= 0;
            if (plain) {
                escaped.append(c);
            } else {
                escaped.append('%').append(Integer.toHexString(c).toUpperCase(Locale.ROOT));
            }
        }
        return escaped.toString();
    }
}
