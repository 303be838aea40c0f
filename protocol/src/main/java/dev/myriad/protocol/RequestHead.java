package dev.myriad.protocol;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The request line and the headers of an HTTP/1.x request (RFC 9112). Immutable, so thread-safe.
 *
 * <p>The parser takes what the RFC obliges it to take, a target in absolute form and an empty line
 * before the request included, and nothing beyond that, because leniency is what smuggling lives
 * on: lines end with CR LF, there is no folding, no space before a colon, no control character, one
 * Host that is one, one Content-Length at most, and an escape in path or query that is not valid
 * UTF-8 is refused.
 */
public final class RequestHead {
    /** What an exception with status 431 says of their number; otherwise it was their length. */
    public static final String TOO_MANY_HEADERS = "too many headers";

    private final String method;
    private final String target;
    private final String path;
    private final boolean http11;
    private final Map<String, String> queryParameters;
    private final Map<String, List<String>> headers;
    private final OptionalLong contentLength;
    private final int length;

    RequestHead(
            RequestLine line,
            Map<String, List<String>> headers,
            OptionalLong contentLength,
            int length) {
        this.method = line.method();
        this.target = line.target().text();
        this.path = line.target().path();
        this.http11 = line.http11();
        this.queryParameters = Collections.unmodifiableMap(line.target().queryParameters());
        this.headers = headers;
        this.contentLength = contentLength;
        this.length = length;
    }

    private RequestHead(String method, RequestHead other) {
        this.method = method;
        this.target = other.target;
        this.path = other.path;
        this.http11 = other.http11;
        this.queryParameters = other.queryParameters;
        this.headers = other.headers;
        this.contentLength = OptionalLong.empty();
        this.length = other.length;
    }

    /**
     * The head at the start of the range, null if it is still incomplete and right so far.
     *
     * @throws HttpException 400 if it is malformed, 414 or 431 if its request line or all of it is
     *     longer than {@code maxHeaderBytes} or there are more than {@code maxHeaders}, 417 for an
     *     unknown expectation, 501 for an unknown transfer coding or a tunnel, 505 for another
     *     major version
     */
    public static @Nullable RequestHead parse(
            byte[] bytes, int from, int to, int maxHeaderBytes, int maxHeaders) {
        return RequestParser.parse(bytes, from, to, maxHeaderBytes, maxHeaders);
    }

    /**
     * The head of a request with these headers, by lower-case name, as a client of this machine
     * would send it; {@code host} is added where it is missing.
     *
     * @throws HttpException as {@link #parse} does
     */
    public static RequestHead of(String method, String target, Map<String, List<String>> headers) {
        return RequestParser.of(method, target, headers);
    }

    public String method() {
        return method;
    }

    /**
     * Path and query as sent, or {@code *}. Of a target in absolute form the rest is told by the
     * header {@code host}, which it replaces.
     */
    public String target() {
        return target;
    }

    /**
     * The percent-decoded path. It starts with a slash, or is {@code *}; dot segments and double
     * slashes are left as they are.
     */
    public String path() {
        return path;
    }

    /** Whether the version is 1.1, or a later one of major version 1. */
    public boolean isHttp11() {
        return http11;
    }

    /** The decoded value of a query parameter; of several with one name the last counts. */
    public Optional<String> query(String name) {
        return Optional.ofNullable(queryParameters.get(name));
    }

    /**
     * The query as an HTML form encodes it, in its order; a parameter without {@code =} is empty.
     */
    public Map<String, String> queryParameters() {
        return queryParameters;
    }

    /** The first header of that name. */
    public Optional<String> header(String lowerCaseName) {
        return headers(lowerCaseName).stream().findFirst();
    }

    /** All headers of that name, in their order. */
    public List<String> headers(String lowerCaseName) {
        return headers.getOrDefault(lowerCaseName, List.of());
    }

    /** All headers, by lower-case name. */
    public Map<String, List<String>> headers() {
        return headers;
    }

    public OptionalLong contentLength() {
        return contentLength;
    }

    /** Whether a body follows the head. */
    public boolean hasBody() {
        return contentLength.orElse(0) > 0 || isChunked();
    }

    /** Whether the body comes in chunks. */
    public boolean isChunked() {
        return headers.containsKey("transfer-encoding");
    }

    /** Whether the client waits for an interim response before it sends the body. */
    public boolean expectsContinue() {
        return http11 && hasBody() && lists("expect", "100-continue");
    }

    /** What the client wants to become of the connection. */
    public Persistence persistence() {
        if (lists("connection", "close")) {
            return Persistence.CLOSE;
        }
        if (http11) {
            return Persistence.IMPLIED;
        }
        return lists("connection", "keep-alive") ? Persistence.TOLD : Persistence.CLOSE;
    }

    /** The same request with another method, and without a content length. */
    public RequestHead withMethod(String method) {
        return new RequestHead(method, this);
    }

    /** The length of the head in bytes, the lines before and after it that are empty included. */
    public int length() {
        return length;
    }

    /**
     * Whether the client asks to speak WebSocket instead; HTTP/1.0 knows no upgrade. What else that
     * takes, {@link Handshake#check} tells.
     */
    public boolean wantsWebSocket() {
        return http11 && lists("upgrade", "websocket") && lists("connection", "upgrade");
    }

    /** Method and path, as sent. The query is left out: it may hold a token. */
    @Override
    public String toString() {
        int question = target.indexOf('?');
        return method + " " + (question < 0 ? target : target.substring(0, question));
    }

    private boolean lists(String header, String token) {
        return headers.containsKey(header)
                && ResponseEncoder.elements(headers(header)).contains(token);
    }
}
