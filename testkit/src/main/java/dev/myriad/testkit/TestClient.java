package dev.myriad.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.myriad.net.memory.MemoryTransport;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A client of a {@link ChannelTest} before it connects: what it tells {@link
 * dev.myriad.channels.Connect}. Immutable, so that one can be the start of others; it connects on
 * the test's thread.
 *
 * <pre>{@code
 * test.client().authToken(token).connect().join("user:ada");
 * test.client().authToken("made up").assertConnectRefused(403);
 * }</pre>
 */
public final class TestClient {
    private final ChannelTest test;
    private final Map<String, String> params;
    private final Map<String, String> headers;
    private final InetSocketAddress peer;

    TestClient(ChannelTest test) {
        this(test, Map.of(), Map.of(), MemoryTransport.LOOPBACK);
    }

    private TestClient(
            ChannelTest test,
            Map<String, String> params,
            Map<String, String> headers,
            InetSocketAddress peer) {
        this.test = test;
        this.params = params;
        this.headers = headers;
        this.peer = peer;
    }

    /** With the params of {@code new Socket(url, {params})}, in place of those so far. */
    public TestClient params(Map<String, String> params) {
        return new TestClient(test, Map.copyOf(params), headers, peer);
    }

    /**
     * With a token, {@code new Socket(url, {authToken})}, which {@link
     * dev.myriad.channels.ConnectInfo#authToken} reads.
     */
    public TestClient authToken(String token) {
        String base64 = Base64.getEncoder().withoutPadding().encodeToString(token.getBytes(UTF_8));
        return header("sec-websocket-protocol", "phoenix, base64url.bearer.phx." + base64);
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
        return new TestClient(test, params, Collections.unmodifiableMap(more), peer);
    }

    /** From an address; without it from the loopback address. */
    public TestClient peer(InetSocketAddress address) {
        return new TestClient(test, params, headers, address);
    }

    /** Connects. */
    public TestSocket connect() {
        return test.connect(this);
    }

    /** Connecting is refused with an HTTP status: 403, or 500 if the socket's connect threw. */
    public void assertConnectRefused(int status) {
        test.assertConnectRefused(this, status);
    }

    /** Behind the path of the socket. */
    String query() {
        return params.entrySet().stream()
                .map(param -> "&" + encoded(param.getKey()) + "=" + encoded(param.getValue()))
                .collect(Collectors.joining("", "?vsn=2.0.0", ""));
    }

    String headerLines() {
        return headers.entrySet().stream()
                .map(header -> header.getKey() + ": " + header.getValue() + "\r\n")
                .collect(Collectors.joining());
    }

    InetSocketAddress peer() {
        return peer;
    }

    /** Its params and headers. */
    @Override
    public String toString() {
        return headers.isEmpty() ? params.toString() : params + " and " + headers;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }
}
