package dev.myriad.channels;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** What a socket offers: channels by topic, and who may connect. Used while building only. */
public final class SocketRoutes {
    private final List<ChannelRoute> channels = new ArrayList<>();
    private Optional<Connect> connect = Optional.empty();
    private OriginCheck originCheck = new OriginCheck.SameHost();
    private Optional<Renew> renew = Optional.empty();
    private Duration expiryWarning = Expiry.WARNING_DEFAULT;

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
     * Lets a client that is connected send a new token, with the event {@code access_token} in any
     * of its channels; it is answered {@code ok} with {@code {"expires_in": seconds}}, or {@code
     * error} with a reason. Without it that event goes to the channel like any other.
     */
    public SocketRoutes renew(Renew renew) {
        this.renew = Optional.of(renew);
        return this;
    }

    /**
     * How long before a connection {@linkplain ConnectResult.Ok#expiresAt expires} each of its
     * channels pushes {@code token_expiring} with {@code {"expires_in": seconds}}; 60 seconds
     * without it, and never more than half of the time that it was accepted for. Zero for none.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public SocketRoutes expiryWarning(Duration before) {
        if (before.isNegative()) {
            throw new IllegalArgumentException("a warning after the expiry");
        }
        this.expiryWarning = before;
        return this;
    }

    Expiry expiry() {
        return new Expiry(renew, expiryWarning);
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
