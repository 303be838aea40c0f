package dev.myriad.channels;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Origins that may connect, as Phoenix writes them: {@code https://host}, {@code //host}, {@code
 * //host:port}, {@code //*.host}. Immutable, so thread-safe.
 *
 * @param scheme empty for any
 * @param host in lower case
 * @param subdomains whether hosts below that one may connect too
 * @param port empty for any
 */
record OriginPattern(Optional<String> scheme, String host, boolean subdomains, OptionalInt port) {
    private static final Pattern FORM =
            Pattern.compile(
                    "(?:("
                            + Origin.SCHEME
                            + "):)?//(\\*\\.)?("
                            + Origin.HOST
                            + ")(?::("
                            + Origin.PORT
                            + "))?/?");

    /**
     * @throws IllegalArgumentException if it has none of the forms
     */
    static OriginPattern parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "\""
                            + text
                            + "\" is no origin, such as https://example.com, //example.com:8080 or"
                            + " //*.example.com");
        }
        Optional<String> scheme =
                Optional.ofNullable(matcher.group(1)).map(name -> name.toLowerCase(Locale.ROOT));
        OptionalInt port =
                matcher.group(4) == null
                        ? scheme.map(Origin::defaultPort).orElse(OptionalInt.empty())
                        : OptionalInt.of(Integer.parseInt(matcher.group(4)));
        return new OriginPattern(
                scheme, matcher.group(3).toLowerCase(Locale.ROOT), matcher.group(2) != null, port);
    }

    boolean matches(Origin origin) {
        return (scheme.isEmpty() || scheme.get().equals(origin.scheme()))
                && (port.isEmpty() || port.equals(origin.port()))
                && (origin.host().equals(host)
                        || (subdomains && origin.host().endsWith("." + host)));
    }
}
