package dev.myriad.channels;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the web page comes from that opens a connection, as browsers say in the header {@code
 * Origin} (RFC 6454). Immutable, so thread-safe.
 *
 * @param scheme in lower case
 * @param host in lower case; an IPv6 address with its brackets
 * @param port the scheme's own if none was given; empty if it has none that is known
 */
public record Origin(String scheme, String host, OptionalInt port) {
    static final String HOST = "\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._~-]+";
    static final String SCHEME = "[A-Za-z][A-Za-z0-9+.-]*";
    static final String PORT = "[0-9]{1,5}";
    private static final Pattern FORM =
            Pattern.compile("(" + SCHEME + ")://(" + HOST + ")(?::(" + PORT + "))?/?");

    /** The origin that a header's value names; empty for {@code null} and for what is malformed. */
    static Optional<Origin> parse(String header) {
        Matcher matcher = FORM.matcher(header);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String scheme = matcher.group(1).toLowerCase(Locale.ROOT);
        String host = matcher.group(2).toLowerCase(Locale.ROOT);
        OptionalInt port =
                matcher.group(3) == null
                        ? defaultPort(scheme)
                        : OptionalInt.of(Integer.parseInt(matcher.group(3)));
        return Optional.of(new Origin(scheme, host, port));
    }

    static OptionalInt defaultPort(String scheme) {
        return switch (scheme) {
            case "http", "ws" -> OptionalInt.of(80);
            case "https", "wss" -> OptionalInt.of(443);
            default -> OptionalInt.empty();
        };
    }
}
