package dev.myriad.channels;

import dev.myriad.longpoll.LongPollOptions;
import dev.myriad.protocol.Serializer;
import dev.myriad.tokens.SessionCookie;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What a socket offers: channels by topic, and who may connect. Not thread-safe; used only while an
 * endpoint is being built.
 */
public final class SocketRoutes {
    private final SocketPath path;
    private final List<ChannelRoute> channels = new ArrayList<>();
    private Optional<Connect> connect = Optional.empty();
    private OriginCheck originCheck = new OriginCheck.SameHost();
    private Optional<LongPollOptions> longPoll = Optional.empty();
    private String scheme = "http";
    private Optional<SessionCookie> session = Optional.empty();
    private Optional<Renew> renew = Optional.empty();
    private Duration expiryWarning = Expiry.WARNING_DEFAULT;
    private final List<Serializer> serializers =
            new ArrayList<>(List.of(Serializer.V1, Serializer.V2));

    SocketRoutes(SocketPath path) {
        this.path = path;
    }

    /**
     * Serves the topics that match; of several patterns the first declared counts.
     *
     * @param pattern a topic, or a prefix and {@code *}
     * @param factory makes a new channel for each join, {@code ChatRoom::new}
     * @throws IllegalArgumentException if the pattern has another form, or routes before it leave
     *     it no topic
     */
    public SocketRoutes channel(String pattern, Supplier<? extends Channel> factory) {
        return channel(pattern, factory, options -> options);
    }

    /**
     * Serves topics with options: {@code channel("room:*", ChatRoom::new, route ->
     * route.handlerTimeout(Duration.ofSeconds(2)))}.
     *
     * @param options changes the {@linkplain RouteOptions#DEFAULT default}
     * @throws IllegalArgumentException as above
     */
    public SocketRoutes channel(
            String pattern,
            Supplier<? extends Channel> factory,
            UnaryOperator<RouteOptions> options) {
        ChannelRoute route =
                new ChannelRoute(pattern, factory, options.apply(RouteOptions.DEFAULT));
        for (ChannelRoute earlier : channels) {
            if (earlier.pattern().shadows(route.pattern())) {
                throw new IllegalArgumentException(
                        "the route \"%s\" of %s is never reached, since \"%s\" is before it: %s"
                                .formatted(
                                        pattern,
                                        path,
                                        earlier.pattern(),
                                        earlier.pattern().text().equals(pattern)
                                                ? "there is one channel for a topic"
                                                : "declare it first"));
            }
        }
        channels.add(route);
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
     * Lets only pages connect whose scheme, host and port are those that the request was made to:
     * the {@linkplain #scheme scheme} of this socket, and its header {@code Host}.
     */
    public SocketRoutes checkOriginExactly() {
        this.originCheck = new OriginCheck.SameOrigin(scheme);
        return this;
    }

    /**
     * By which clients reach this socket: {@code http}, as without it, or {@code https} behind a
     * proxy that terminates TLS and passes the header {@code Host} on. A request does not tell.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public SocketRoutes scheme(String scheme) {
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException("clients reach a socket by http or https");
        }
        this.scheme = scheme;
        return this;
    }

    /**
     * Reads the session that a Phoenix application keeps in a signed cookie, so that {@link
     * Connect} finds it in {@link ConnectInfo#session}. A page sends the cookie by itself, and has
     * to send the session's CSRF token as parameter {@code _csrf_token}, as in Phoenix. Encrypted
     * cookies are not read.
     *
     * @param cookieName {@code key} of {@code Plug.Session}
     * @param secretKeyBase of the application's endpoint, at least 64 bytes
     * @param signingSalt {@code signing_salt} of {@code Plug.Session}
     * @throws IllegalArgumentException if the secret is too short or the salt is empty
     */
    public SocketRoutes session(String cookieName, String secretKeyBase, String signingSalt) {
        this.session = Optional.of(new SessionCookie(cookieName, secretKeyBase, signingSalt));
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

    /**
     * Serves clients that cannot use a WebSocket as well, by long polling at {@code path/longpoll};
     * not without it. A poll waits for messages for 10 seconds.
     */
    public SocketRoutes longPoll() {
        return longPoll(poll -> poll);
    }

    /**
     * Serves long polling as well, {@code longPoll(poll -> poll.window(Duration.ofSeconds(20)))}.
     *
     * @param options changes the {@linkplain LongPollOptions#DEFAULT default}
     */
    public SocketRoutes longPoll(UnaryOperator<LongPollOptions> options) {
        this.longPoll = Optional.of(options.apply(LongPollOptions.DEFAULT));
        return this;
    }

    SocketPath path() {
        return path;
    }

    List<Serializer> serializers() {
        return List.copyOf(serializers);
    }

    /**
     * @throws IllegalArgumentException if it has no channels
     */
    void check() {
        if (channels.isEmpty()) {
            throw new IllegalArgumentException(
                    "the socket %s has no channels: add one, as socket.channel(\"room:*\", ChatRoom::new)"
                            .formatted(path));
        }
    }

    /** What its connections share. */
    Mount mount(LocalEndpoint endpoint) {
        return new Mount(
                List.copyOf(channels),
                connect,
                originCheck instanceof OriginCheck.SameOrigin
                        ? new OriginCheck.SameOrigin(scheme)
                        : originCheck,
                serializers(),
                new Expiry(renew, expiryWarning),
                new Front(path, scheme, session, longPoll),
                endpoint);
    }
}
