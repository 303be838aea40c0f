package dev.myriad.protocol;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The opening handshake of WebSocket (RFC 6455, section 4), both sides of it. Thread-safe: no
 * state.
 */
public final class Handshake {
    private static final String ACCEPT_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /** The one version that is spoken, as {@code Sec-WebSocket-Version} has it. */
    public static final String VERSION = "13";

    private static final String LINE_END = "\r\n";
    private static final int UPGRADE_REQUIRED = 426;
    private static final int KEY_BYTES = 16;

    private Handshake() {}

    /**
     * Checks that the request may become a WebSocket.
     *
     * @throws HttpException 400, or 426 for another WebSocket version
     */
    public static void check(RequestHead head) {
        if (!head.method().equals("GET")
                || !head.isHttp11()
                || !head.wantsWebSocket()
                || head.hasBody()) {
            throw HttpException.badRequest("not a WebSocket upgrade");
        }
        if (!head.headers("sec-websocket-version").equals(List.of(VERSION))) {
            throw new HttpException(UPGRADE_REQUIRED, "only WebSocket version " + VERSION);
        }
        List<String> keys = head.headers("sec-websocket-key");
        if (keys.size() != 1 || !isKey(keys.getFirst())) {
            throw HttpException.badRequest("malformed Sec-WebSocket-Key");
        }
    }

    /** The response that accepts a checked request, with the subprotocol that the server chose. */
    public static byte[] accept(RequestHead head, Optional<String> subprotocol) {
        String key = head.headers("sec-websocket-key").getFirst();
        StringBuilder response =
                new StringBuilder(160).append("HTTP/1.1 101 Switching Protocols").append(LINE_END);
        header(response, "upgrade", "websocket");
        header(response, "connection", "Upgrade");
        header(response, "sec-websocket-accept", acceptKey(key));
        subprotocol(response, subprotocol);
        return end(response);
    }

    /** What a server answers to a key: base64 of the SHA-1 of the key and a fixed GUID. */
    public static String acceptKey(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest(Bytes.ascii(key + ACCEPT_GUID));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    /** The request of a client; the key is base64 of 16 random bytes. */
    public static byte[] request(
            String host, String target, String key, Optional<String> subprotocol) {
        StringBuilder request =
                new StringBuilder(256)
                        .append("GET ")
                        .append(target)
                        .append(" HTTP/1.1")
                        .append(LINE_END);
        header(request, "host", host);
        header(request, "upgrade", "websocket");
        header(request, "connection", "Upgrade");
        header(request, "sec-websocket-version", VERSION);
        header(request, "sec-websocket-key", key);
        subprotocol(request, subprotocol);
        return end(request);
    }

    private static void header(StringBuilder head, String name, String value) {
        head.append(name).append(": ").append(value).append(LINE_END);
    }

    private static void subprotocol(StringBuilder head, Optional<String> subprotocol) {
        subprotocol.ifPresent(
                name -> {
                    if (!HttpToken.isToken(name)) {
                        throw new IllegalArgumentException("malformed subprotocol");
                    }
                    header(head, "sec-websocket-protocol", name);
                });
    }

    private static byte[] end(StringBuilder head) {
        return Bytes.ascii(head.append(LINE_END).toString());
    }

    private static boolean isKey(String key) {
        try {
            return Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
