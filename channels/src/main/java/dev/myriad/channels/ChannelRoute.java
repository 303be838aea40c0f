package dev.myriad.channels;

import dev.myriad.pubsub.TopicPattern;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Which channel serves a topic. Immutable.
 *
 * @param factory makes a new channel for each join
 */
record ChannelRoute(
        TopicPattern pattern, Supplier<? extends Channel> factory, RouteOptions options) {
    ChannelRoute(String pattern, Supplier<? extends Channel> factory, RouteOptions options) {
        this(new TopicPattern(pattern), factory, options);
    }

    Optional<Duration> handlerTimeout() {
        return options.handlerTimeout();
    }
}
