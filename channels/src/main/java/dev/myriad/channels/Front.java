package dev.myriad.channels;

import dev.myriad.longpoll.LongPollOptions;
import dev.myriad.longpoll.LongPollRoute;
import dev.myriad.protocol.RequestHead;
import dev.myriad.tokens.Session;
import dev.myriad.tokens.SessionCookie;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the requests of a socket's clients are read. Immutable, so thread-safe.
 *
 * @param scheme by which clients reach it, {@code http} or {@code https}
 * @param longPoll how clients poll, if they may
 */
record Front(
        SocketPath path,
        String scheme,
        Optional<SessionCookie> session,
        Optional<LongPollOptions> longPoll) {
    private static final String WEB_SOCKET = "websocket";
    private static final String LONG_POLL = "longpoll";

    /** Where it is served. */
    List<String> paths() {
        return longPoll.isEmpty()
                ? List.of(path(WEB_SOCKET))
                : List.of(path(WEB_SOCKET), path(LONG_POLL));
    }

    /** Whether a request's target, not decoded, is this path with a transport behind it. */
    boolean matches(String target) {
        return path.matches(target, WEB_SOCKET) || polls(target);
    }

    /** Whether it is one to which clients poll. */
    boolean polls(String target) {
        return longPoll.isPresent() && path.matches(target, LONG_POLL);
    }

    /** Where clients poll, if they may. */
    Optional<LongPollRoute> longPollRoute() {
        return longPoll.map(options -> new LongPollRoute(path(LONG_POLL), options));
    }

    private String path(String transport) {
        return path.segments().isEmpty() ? "/" + transport : path + "/" + transport;
    }

    /** The query's parameters, and those of the path, which go first. */
    Map<String, String> parameters(RequestHead request) {
        Map<String, String> ofPath = path.parameters(request.target()).orElse(Map.of());
        if (ofPath.isEmpty()) {
            return request.queryParameters();
        }
        Map<String, String> all = new HashMap<>(request.queryParameters());
        all.putAll(ofPath);
        return all;
    }

    ConnectInfo info(RequestHead request, InetSocketAddress peer, Instant now) {
        ConnectInfo info = new ConnectInfo(request, peer, scheme, Optional.empty(), now);
        return session.flatMap(cookie -> session(cookie, info))
                .map(read -> new ConnectInfo(request, peer, scheme, Optional.of(read), now))
                .orElse(info);
    }

    /** The session of a client whose page knows the session's CSRF token. */
    private static Optional<Session> session(SessionCookie cookie, ConnectInfo info) {
        return info.cookie(cookie.name())
                .flatMap(
                        value ->
                                info.request()
                                        .query(SessionCookie.CSRF_PARAMETER)
                                        .flatMap(csrf -> cookie.read(value, csrf)));
    }
}
