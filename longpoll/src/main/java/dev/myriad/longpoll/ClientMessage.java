package dev.myriad.longpoll;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * A message that a client of long polling sent: a range of bytes, as a WebSocket's text or binary
 * message would be. Immutable.
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
record ClientMessage(boolean isText, byte[] bytes, int from, int to) {
    /** All of the body as one text message. */
    static ClientMessage whole(byte[] body) {
        return new ClientMessage(true, body, 0, body.length);
    }

    /**
     * The messages in lines: what begins like JSON is text, anything else base64 of a binary
     * message. Empty lines do not count.
     *
     * @throws IllegalArgumentException if a line is neither
     */
    static List<ClientMessage> lines(byte[] body) {
        List<ClientMessage> messages = new ArrayList<>();
        int start = 0;
        for (int at = 0; at <= body.length; at++) {
            if (at == body.length || body[at] == '\n') {
                int end = at > start && body[at - 1] == '\r' ? at - 1 : at;
                if (end > start) {
                    messages.add(line(body, start, end));
                }
                start = at + 1;
            }
        }
        return messages;
    }

    private static ClientMessage line(byte[] body, int from, int to) {
        if (body[from] == '[' || body[from] == '{') {
            return new ClientMessage(true, body, from, to);
        }
        byte[] bytes = Base64.getDecoder().decode(Arrays.copyOfRange(body, from, to));
        return new ClientMessage(false, bytes, 0, bytes.length);
    }

    int length() {
        return to - from;
    }
}
