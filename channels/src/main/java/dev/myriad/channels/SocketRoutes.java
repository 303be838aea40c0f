package dev.myriad.channels;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** What a socket offers: channels by topic, and who may connect. Used while building only. */
public final class SocketRoutes {
    private static final Duration LONG_POLL_WINDOW_DEFAULT = Duration.ofSeconds(10);

    private final List<ChannelRoute> channels = new ArrayList<>();
    private Optional<Connect> connect = Optional.empty();
    private OriginCheck originCheck = new OriginCheck.SameHost();
    private Optional<Duration> longPollWindow = Optional.empty();

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

    /**
     * Whether only pages of the host that the request was made to may connect; true without it.
     * Others get HTTP status 403. Requests without an origin are not from a browser and may always
     * connect.
     */
    public SocketRoutes checkOrigin(boolean check) {
        this.originCheck = check ? new OriginCheck.SameHost() : new OriginCheck.Off();
        return this;
    }

    /**
     * Lets pages of these origins connect, and no others.
     *
     * @param origins each {@code https://host} (at the scheme's port), {@code https://host:port},
     *     {@code //host} (any scheme and port), {@code //host:port}, or with {@code *.} before the
     *     host for all below it as well
     * @throws IllegalArgumentException if one has another form
     */
    public SocketRoutes checkOrigin(List<String> origins) {
        this.originCheck =
                new OriginCheck.Listed(origins.stream().map(OriginPattern::parse).toList());
        return this;
    }

    /**
     * Asks which pages may connect, on a virtual thread for each request that has an origin. What
     * it throws is answered with HTTP status 500; the origin {@code null} is refused unasked.
     */
    public SocketRoutes checkOrigin(Predicate<Origin> allowed) {
        this.originCheck = new OriginCheck.Asked(allowed);
        return this;
    }

    /**
     * Serves clients that cannot use a WebSocket as well, by long polling at {@code path/longpoll};
     * not without it. A poll waits for messages for 10 seconds.
     */
    public SocketRoutes longPoll() {
        return longPoll(LONG_POLL_WINDOW_DEFAULT);
    }

    /**
     * Serves long polling as well.
     *
     * @param window how long a poll waits for messages; Phoenix's clients give up after 20 seconds.
     *     A client that does not poll for one and a half of it is gone
     * @throws IllegalArgumentException if it is not positive
     */
    public SocketRoutes longPoll(Duration window) {
        if (!window.isPositive()) {
            throw new IllegalArgumentException("a poll that does not wait: " + window);
        }
        this.longPollWindow = Optional.of(window);
        return this;
    }

    Optional<Duration> longPollWindow() {
        return longPollWindow;
    }

    OriginCheck originCheck() {
        return originCheck;
    }

    List<ChannelRoute> channels() {
        return List.copyOf(channels);
    }

    Optional<Connect> connect() {
        return connect;
    }
}
