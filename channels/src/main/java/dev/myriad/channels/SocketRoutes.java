package dev.myriad.channels;

import dev.myriad.protocol.Serializer;
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

    private final List<Serializer> serializers =
            new ArrayList<>(List.of(Serializer.V1, Serializer.V2));

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
     * Adds a message format for clients that ask for its version by {@code vsn}. Versions 1.0 and
     * 2.0 are there without it; whichever was added last goes first, so these can be replaced.
     *
     * @throws IllegalArgumentException if its version is not of the form {@code 3.0.0}
     */
    public SocketRoutes serializer(Serializer serializer) {
        if (Serializer.forVersion(serializer.version(), List.of(serializer)).isEmpty()) {
            throw new IllegalArgumentException(
                    "a serializer has a version such as 3.0.0, not " + serializer.version());
        }
        serializers.addFirst(serializer);
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

    List<Serializer> serializers() {
        return List.copyOf(serializers);
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
