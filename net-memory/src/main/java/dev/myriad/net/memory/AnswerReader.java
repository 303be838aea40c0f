package dev.myriad.net.memory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.myriad.net.HttpAnswer;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads HTTP answers off a connection, and the bytes that follow them. Confined to one thread. */
final class AnswerReader {
    private static final int SWITCHING = 101;
    private static final String HEAD_END = "\r\n\r\n";

    private final MemorySocket socket;
    private final Duration patience;
    private final byte[] buffer = new byte[8 << 10];
    private int from;
    private int to;

    /** What gets the bytes that have come; they may be changed. */
    @FunctionalInterface
    interface Sink {
        void take(byte[] bytes, int from, int to);
    }

    AnswerReader(MemorySocket socket, Duration patience) {
        this.socket = socket;
        this.patience = patience;
    }

    /**
     * The next answer, its headers by lower-case name.
     *
     * @param toHead whether it answers HEAD, and so has no body
     */
    HttpAnswer answer(boolean toHead) throws IOException {
        String[] lines = head().split("\r\n", -1);
        int status = Integer.parseInt(lines[0].split(" ", -1)[1]);
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            String name = lines[i].substring(0, colon).toLowerCase(Locale.ROOT);
            headers.computeIfAbsent(name, _ -> new ArrayList<>(1))
                    .add(lines[i].substring(colon + 1).strip());
        }
        HttpAnswer bare = new HttpAnswer(status, headers, new byte[0]);
        int length =
                toHead || status == SWITCHING
                        ? 0
                        : bare.header("content-length").map(Integer::parseInt).orElse(0);
        return new HttpAnswer(status, headers, bytes(length));
    }

    private String head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf(HEAD_END, head.length() - HEAD_END.length()) < 0) {
            head.append(new String(bytes(1), ISO_8859_1));
        }
        return head.substring(0, head.length() - HEAD_END.length());
    }

    private byte[] bytes(int length) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(length);
        while (bytes.size() < length) {
            if (from == to && !fill()) {
                throw new EOFException("the server closed the connection after: " + bytes);
            }
            int taken = Math.min(to - from, length - bytes.size());
            bytes.write(buffer, from, taken);
            from += taken;
        }
        return bytes.toByteArray();
    }

    /** Hands on all that comes until the end. */
    void rest(Sink sink) throws IOException {
        while (from < to || fill()) {
            sink.take(buffer, from, to);
            from = to;
        }
    }

    private boolean fill() throws IOException {
        from = 0;
        to = Math.max(0, socket.read(buffer, patience));
        return to > 0;
    }
}
