package dev.myriad.net;

import dev.myriad.protocol.RequestHead;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * An HTTP request that is no WebSocket upgrade. Immutable, if nobody changes the body.
 *
 * @param head the request line and the headers
 * @param body complete, at most {@link Limit#HTTP_BODY_BYTES_MAX}
 * @param peer the client's address
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
public record HttpQuestion(RequestHead head, byte[] body, InetSocketAddress peer) {
    private static final byte[] NOTHING = {};

    /** A request without headers and body from this machine, for tests of what answers. */
    public static HttpQuestion of(String method, String target) {
        return new HttpQuestion(
                RequestHead.of(method, target, Map.of()),
                NOTHING,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /** The same with one more header. */
    public HttpQuestion with(String name, String value) {
        Map<String, List<String>> changed = new LinkedHashMap<>(headers());
        List<String> values = new ArrayList<>(head.headers(name.toLowerCase(Locale.ROOT)));
        values.add(value);
        changed.put(name.toLowerCase(Locale.ROOT), values);
        return new HttpQuestion(RequestHead.of(method(), target(), changed), body, peer);
    }

    /** The same with that body. */
    public HttpQuestion withBody(byte[] body) {
        return new HttpQuestion(head, body, peer);
    }

    public String method() {
        return head.method();
    }

    /** Path and query as sent. */
    public String target() {
        return head.target();
    }

    /** Percent-decoded, without the query. */
    public String path() {
        return head.path();
    }

    /** The parameters of the query; of several with one name the last counts. */
    public Map<String, String> query() {
        return head.queryParameters();
    }

    /** All headers, by lower-case name. */
    public Map<String, List<String>> headers() {
        return head.headers();
    }

    /** The first header of that lower-case name. */
    public Optional<String> header(String name) {
        return head.header(name);
    }

    /** Method and path, as sent, and the body's length. Query and headers may hold tokens. */
    @Override
    public String toString() {
        return "HttpQuestion[" + head + ", " + body.length + " bytes]";
    }
}
