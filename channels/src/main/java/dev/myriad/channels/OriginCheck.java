package dev.myriad.channels;

import dev.myriad.protocol.RequestHead;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Decides which web pages may connect: a browser sends a user's cookies with every WebSocket
 * request, whoever wrote the page that opens it. A request without an origin comes from no browser
 * and may connect. Immutable; thread-safe.
 */
sealed interface OriginCheck {
    /** Any page may connect. */
    record Off() implements OriginCheck {}

    /** Pages of the host that the request was made to, at any port. */
    record SameHost() implements OriginCheck {}

    /** Pages of the scheme, host and port that the request was made to. */
    record SameOrigin(String scheme) implements OriginCheck {}

    /** Pages of the origins that match. */
    record Listed(List<OriginPattern> patterns) implements OriginCheck {
        public Listed {
            patterns = List.copyOf(patterns);
        }
    }

    /** Pages that the user's own code allows, which may block. */
    record Asked(Predicate<Origin> predicate) implements OriginCheck {}

    default boolean allows(RequestHead request) {
        List<String> headers = request.headers("origin");
        if (headers.isEmpty() || this instanceof Off) {
            return true;
        }
        Optional<Origin> parsed =
                headers.size() == 1 ? Origin.parse(headers.getFirst()) : Optional.empty();
        if (parsed.isEmpty()) {
            return false;
        }
        Origin origin = parsed.get();
        return switch (this) {
            case Off() -> true;
            case SameHost() -> hostOf(request).filter(origin.host()::equals).isPresent();
            case SameOrigin(String scheme) ->
                    request.header("host")
                            .flatMap(host -> Origin.parse(scheme + "://" + host))
                            .filter(origin::equals)
                            .isPresent();
            case Listed(List<OriginPattern> patterns) ->
                    patterns.stream().anyMatch(pattern -> pattern.matches(origin));
            case Asked(Predicate<Origin> predicate) -> predicate.test(origin);
        };
    }

    /** The header Host without its port. */
    private static Optional<String> hostOf(RequestHead request) {
        return request.header("host")
                .map(host -> host.replaceFirst(":[0-9]*$", "").toLowerCase(Locale.ROOT));
    }
}
