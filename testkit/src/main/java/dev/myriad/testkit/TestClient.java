package dev.myriad.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.myriad.net.HttpAnswer;
import dev.myriad.net.memory.MemoryTransport;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A client of a {@link ChannelTest} before it connects: where, how, and what it tells {@link
 * dev.myriad.channels.Connect}. Immutable, so that one can be the start of others; it connects on
 * the test's thread.
 *
 * <pre>{@code
 * test.client().authToken(token).connect().join("user:ada");
 * test.client().authToken("made up").assertConnectRefused(403);
 * }</pre>
 */
public final class TestClient {
    private static final byte[] NO_BODY = {};

    private final ChannelTest test;
    private final Optional<String> path;
    private final Map<String, String> params;
    private final Map<String, String> headers;
    private final Optional<String> authToken;
    private final InetSocketAddress peer;
    private final boolean polls;

    TestClient(ChannelTest test, Optional<String> path) {
        this(test, path, Map.of(), Map.of(), Optional.empty(), MemoryTransport.LOOPBACK, false);
    }

    private TestClient(
            ChannelTest test,
            Optional<String> path,
            Map<String, String> params,
            Map<String, String> headers,
            Optional<String> authToken,
            InetSocketAddress peer,
            boolean polls) {
        this.test = test;
        this.path = path;
        this.params = params;
        this.headers = headers;
        this.authToken = authToken;
        this.peer = peer;
        this.polls = polls;
    }

    /** With the params of {@code new Socket(url, {params})}, in place of those so far. */
    public TestClient params(Map<String, String> params) {
        return new TestClient(test, path, Map.copyOf(params), headers, authToken, peer, polls);
    }

    /**
     * With a token, {@code new Socket(url, {authToken})}, which {@link
     * dev.myriad.channels.ConnectInfo#authToken} reads.
     */
    public TestClient authToken(String token) {
        return new TestClient(test, path, params, headers, Optional.of(token), peer, polls);
    }

    /**
     * With a header, such as {@code origin}, {@code cookie} or {@code user-agent}, in place of one
     * of that name.
     *
     * @param value in ASCII
     */
    public TestClient header(String lowerCaseName, String value) {
        Map<String, String> more = new TreeMap<>(headers);
        more.put(lowerCaseName, value);
        return new TestClient(
                test, path, params, Collections.unmodifiableMap(more), authToken, peer, polls);
    }

    /** From an address; without it from the loopback address. */
    public TestClient peer(InetSocketAddress address) {
        return new TestClient(test, path, params, headers, authToken, address, polls);
    }

    /**
     * By long polling, which the socket has to offer. What such a client receives comes with its
     * polls; if the server ends the session, that is the code 1011 to it, as to phoenix.js. If it
     * disconnects, the server notices after one and a half windows.
     */
    public TestClient longPoll() {
        return new TestClient(test, path, params, headers, authToken, peer, true);
    }

    /** Connects. */
    public TestSocket connect() {
        return test.connect(this);
    }

    /** Connecting is refused with an HTTP status: 403, or 500 if the socket's connect threw. */
    public void assertConnectRefused(int status) {
        test.assertConnectRefused(this, status);
    }

    /**
     * Sends an HTTP request with this client's headers, and waits for the answer.
     *
     * @param target path and query
     */
    public HttpAnswer http(String method, String target) {
        return test.ask(this, method, target, headerLines(), NO_BODY);
    }

    /**
     * Sends an HTTP request with this client's headers and a body, and waits for the answer.
     *
     * @param target path and query
     * @param body bytes, or what Jackson writes as JSON
     */
    public HttpAnswer http(String method, String target, Object body) {
        if (body instanceof byte[] bytes) {
            return test.ask(this, method, target, headerLines(), bytes);
        }
        String type =
                headers.containsKey("content-type") ? "" : "content-type: application/json\r\n";
        return test.ask(this, method, target, headerLines() + type, Json.bytes(body));
    }

    /** The path of its socket. */
    Optional<String> path() {
        return path;
    }

    boolean polls() {
        return polls;
    }

    /** Behind the path of the socket. */
    String query() {
        return params.entrySet().stream()
                .map(param -> "&" + encoded(param.getKey()) + "=" + encoded(param.getValue()))
                .collect(Collectors.joining("", "?vsn=2.0.0", ""));
    }

    /** Those that ask to connect. */
    String connectHeaderLines() {
        return headerLines() + authToken.map(this::tokenLine).orElse("");
    }

    private String tokenLine(String token) {
        if (polls) {
            return "x-phoenix-authtoken: " + token + "\r\n";
        }
        String base64 = Base64.getEncoder().withoutPadding().encodeToString(token.getBytes(UTF_8));
        return "sec-websocket-protocol: phoenix, base64url.bearer.phx." + base64 + "\r\n";
    }

    private String headerLines() {
        return headers.entrySet().stream()
                .map(header -> header.getKey() + ": " + header.getValue() + "\r\n")
                .collect(Collectors.joining());
    }

    InetSocketAddress peer() {
        return peer;
    }

    /** Its params, headers and token. */
    @Override
    public String toString() {
        return params
                + (headers.isEmpty() ? "" : " and " + headers)
                + authToken.map(token -> " and token " + token).orElse("");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }
}
