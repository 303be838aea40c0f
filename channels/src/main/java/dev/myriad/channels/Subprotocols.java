package dev.myriad.channels;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.myriad.protocol.RequestHead;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The WebSocket subprotocols that a client offers: Phoenix's own, and beside it a name that is no
 * protocol but carries a token, since a page cannot set another header of the request. Stateless,
 * so thread-safe.
 */
final class Subprotocols {
    private static final String PHOENIX = "phoenix";
    private static final String TOKEN_PREFIX = "base64url.bearer.phx.";

    private Subprotocols() {}

    /** The one to answer with: never the token, which must not appear in a response. */
    static Optional<String> answer(RequestHead request) {
        return offered(request).filter(PHOENIX::equals).findFirst();
    }

    /** The token, decoded; empty if there is none or it is malformed. */
    static Optional<String> authToken(RequestHead request) {
        return offered(request)
                .filter(name -> name.startsWith(TOKEN_PREFIX))
                .findFirst()
                .flatMap(name -> decode(name.substring(TOKEN_PREFIX.length())))
                .filter(token -> !token.isEmpty());
    }

    private static Stream<String> offered(RequestHead request) {
        return request.headers("sec-websocket-protocol").stream()
                .flatMap(header -> Stream.of(header.split(",", -1)))
                .map(String::strip);
    }

    /** Phoenix's clients use the alphabet of plain base64, despite the name; both are taken. */
    private static Optional<String> decode(String base64) {
        byte[] ascii = base64.replace('-', '+').replace('_', '/').getBytes(ISO_8859_1);
        try {
            byte[] token = Base64.getDecoder().decode(ascii);
            return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(token)).toString());
        } catch (IllegalArgumentException | CharacterCodingException _) {
            return Optional.empty();
        }
    }
}
