package dev.myriad.channels;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What a socket offers: channels by topic, and who may connect. Used while building only. */
public final class SocketRoutes {
    private final List<ChannelRoute> channels = new ArrayList<>();
    private Optional<Connect> connect = Optional.empty();

    SocketRoutes() {}

    /**
     * Serves the topics that match; of several patterns the first declared counts.
     *
     * @param pattern a topic, or a prefix and {@code *}
     * @param factory makes a new channel for each join, {@code ChatRoom::new}
     */
    public SocketRoutes channel(String pattern, Supplier<? extends Channel> factory) {
        channels.add(new ChannelRoute(pattern, factory));
        return this;
    }

    /**
     * Serves topics with channels that have a time limit.
     *
     * @param handlerTimeout how long a callback may take: the thread of one that takes longer is
     *     interrupted, and its channel ends with {@code phx_error} as soon as it has returned
     */
    public SocketRoutes channel(
            String pattern, Supplier<? extends Channel> factory, Duration handlerTimeout) {
        channels.add(new ChannelRoute(pattern, factory, Optional.of(handlerTimeout)));
        return this;
    }

    /** Asks before a client connects; without it all may. */
    public SocketRoutes connect(Connect connect) {
        this.connect = Optional.of(connect);
        return this;
    }

    List<ChannelRoute> channels() {
        return List.copyOf(channels);
    }

    Optional<Connect> connect() {
        return connect;
    }
}
