package dev.myriad.net;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An HTTP request that is no WebSocket upgrade.
 *
 * @param target path and query as sent
 * @param path percent-decoded, without the query
 * @param query parameters, the first of each name
 * @param headers by lower-case name
 * @param body complete, at most {@link Limit#HTTP_BODY_BYTES_MAX}
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
public record HttpQuestion(
        String method,
        String target,
        String path,
        Map<String, String> query,
        Map<String, List<String>> headers,
        byte[] body,
        InetSocketAddress peer) {
    /** Method and path, as sent, and the body's length. Query and headers may hold tokens. */
    @Override
    public String toString() {
        int question = target.indexOf('?');
        String asked = question < 0 ? target : target.substring(0, question);
        return "HttpQuestion[" + method + " " + asked + ", " + body.length + " bytes]";
    }

    /** The first header of that lower-case name. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name)).map(List::getFirst);
    }
}
