package dev.myriad.channels;

import dev.myriad.protocol.RequestHead;
import dev.myriad.tokens.Session;
import dev.myriad.tokens.SessionCookie;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How the requests of a socket's clients are read. Immutable, so thread-safe.
 *
 * @param scheme by which clients reach it, {@code http} or {@code https}
 */
record Front(SocketPath path, String scheme, Optional<SessionCookie> session) {
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

    ConnectInfo info(RequestHead request, InetSocketAddress peer) {
        ConnectInfo info = new ConnectInfo(request, peer, scheme, Optional.empty());
        return session.flatMap(cookie -> session(cookie, info))
                .map(read -> new ConnectInfo(request, peer, scheme, Optional.of(read)))
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
