package dev.myriad.channels;

import dev.myriad.protocol.RequestHead;
import dev.myriad.tokens.Session;
import dev.myriad.tokens.Token;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What is known about a client that wants to connect. Immutable, so thread-safe.
 *
 * @param request its upgrade request, or the one with which it began to poll
 * @param peer its address; behind a proxy that is not trusted, the proxy's
 * @param scheme by which clients reach the socket, see {@link SocketRoutes#scheme}
 * @param session what a Phoenix application remembers of the browser, see {@link
 *     SocketRoutes#session}; empty unless its cookie is signed with those keys, and the client's
 *     parameter {@code _csrf_token} belongs to it
 * @param now by the endpoint's clock, for {@link Token#verify(String, String, String,
 *     java.time.Duration, Instant)} and what else has an age
 */
public record ConnectInfo(
        RequestHead request,
        InetSocketAddress peer,
        String scheme,
        Optional<Session> session,
        Instant now) {
    /** How a client of long polling sends its token; a WebSocket has a subprotocol for it. */
    private static final String LONG_POLL_HEADER = "x-phoenix-authtoken";

    /**
     * What the client was given as option {@code authToken}, which unlike a query parameter does
     * not show in the logs of proxies; empty if it sent none or one that is malformed. Nobody has
     * verified it: that is for {@link Token#verify} or your own code.
     */
    public Optional<String> authToken() {
        return Subprotocols.authToken(request)
                .or(() -> request.header(LONG_POLL_HEADER).filter(token -> !token.isEmpty()));
    }

    /** The whole address that was asked for; without a host if the client named none. */
    public URI uri() {
        return RequestUri.of(scheme, request);
    }

    /** What the client says that it is. */
    public Optional<String> userAgent() {
        return request.header("user-agent");
    }

    /** The headers whose names begin with {@code x-}, by lower-case name. */
    public Map<String, List<String>> xHeaders() {
        return headers(name -> name.startsWith("x-"));
    }

    /** The headers {@code traceparent} and {@code tracestate} (W3C Trace Context). */
    public Map<String, List<String>> traceContextHeaders() {
        return headers(name -> name.equals("traceparent") || name.equals("tracestate"));
    }

    private Map<String, List<String>> headers(Predicate<String> wanted) {
        Map<String, List<String>> found = new LinkedHashMap<>();
        request.headers()
                .forEach(
                        (name, values) -> {
                            if (wanted.test(name)) {
                                found.put(name, values);
                            }
                        });
        return found;
    }

    /**
     * The cookie of that name (RFC 6265) as it was sent; of several the first, which is of the most
     * specific path.
     */
    public Optional<String> cookie(String name) {
        String start = name + "=";
        return request.headers("cookie").stream()
                .flatMap(header -> Stream.of(header.split(";", -1)))
                .map(String::strip)
                .filter(pair -> pair.startsWith(start))
                .map(pair -> pair.substring(start.length()))
                .findFirst();
    }
}
