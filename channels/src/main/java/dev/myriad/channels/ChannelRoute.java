package dev.myriad.channels;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Which channel serves a topic. Immutable.
 *
 * @param pattern a topic, or a prefix and {@code *}
 * @param factory makes a new channel for each join
 */
record ChannelRoute(String pattern, Supplier<? extends Channel> factory, RouteOptions options) {
    ChannelRoute {
        int star = pattern.indexOf('*');
        if (pattern.isEmpty() || (star >= 0 && star != pattern.length() - 1)) {
            throw new IllegalArgumentException(
                    "a topic pattern is a topic, or a prefix and * at its end: \"%s\"; write \"%s\","
                                    .formatted(
                                            pattern, pattern.substring(0, Math.max(star, 0)) + "*")
                            + " and look at the rest in join");
        }
        int brace = pattern.indexOf('{');
        if (brace >= 0 && pattern.indexOf('}') > brace) {
            throw new IllegalArgumentException(
                    "a topic pattern has no parameters, as \"%s\": write \"%s*\", and take the rest from join's topic"
                            .formatted(pattern, pattern.substring(0, brace)));
        }
    }

    boolean matches(String topic) {
        return isPrefix() ? topic.startsWith(prefix()) : topic.equals(pattern);
    }

    /** Whether no topic is left for another route that is declared after this one. */
    boolean shadows(ChannelRoute later) {
        return isPrefix()
                ? later.prefix().startsWith(prefix())
                : !later.isPrefix() && later.pattern.equals(pattern);
    }

    private boolean isPrefix() {
        return pattern.endsWith("*");
    }

    private String prefix() {
        return isPrefix() ? pattern.substring(0, pattern.length() - 1) : pattern;
    }

    Optional<Duration> handlerTimeout() {
        return options.handlerTimeout();
    }
}
