package dev.myriad.channels;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Which channel serves a topic.
 *
 * @param pattern a topic, or a prefix and {@code *}
 * @param factory makes a new channel for each join
 * @param handlerTimeout how long one message may be handled
 */
record ChannelRoute(
        String pattern, Supplier<? extends Channel> factory, Optional<Duration> handlerTimeout) {
    ChannelRoute(String pattern, Supplier<? extends Channel> factory) {
        this(pattern, factory, Optional.empty());
    }

    ChannelRoute {
        int star = pattern.indexOf('*');
        if (pattern.isEmpty() || (star >= 0 && star != pattern.length() - 1)) {
            throw new IllegalArgumentException(
                    "a topic pattern is a topic, or a prefix and * at its end: " + pattern);
        }
    }

    boolean matches(String topic) {
        return pattern.endsWith("*")
                ? topic.startsWith(pattern.substring(0, pattern.length() - 1))
                : topic.equals(pattern);
    }
}
