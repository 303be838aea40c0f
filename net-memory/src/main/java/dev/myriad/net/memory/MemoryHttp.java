package dev.myriad.net.memory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.myriad.net.HttpAnswer;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;

/** A connection for plain HTTP. One thread asks at a time; another may close it. */
public final class MemoryHttp implements AutoCloseable {
    /** More than a poll may take. */
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final MemorySocket socket;
    private final AnswerReader reader;

    MemoryHttp(MemorySocket socket) {
        this.socket = socket;
        this.reader = new AnswerReader(socket, PATIENCE);
    }

    /**
     * Asks, and waits for the answer.
     *
     * @param target path and query
     * @param headers header lines beside host and content-length, each with its CR LF
     * @throws IOException if the connection ends before, or forty seconds have passed
     */
    public HttpAnswer ask(String method, String target, String headers, byte[] body)
            throws IOException {
        String length = body.length == 0 ? "" : "content-length: " + body.length + "\r\n";
        String head = method + " " + target + " HTTP/1.1\r\nhost: localhost\r\n" + headers + length;
        byte[] start = (head + "\r\n").getBytes(ISO_8859_1);
        byte[] request = Arrays.copyOf(start, start.length + body.length);
        System.arraycopy(body, 0, request, start.length, body.length);
        socket.write(request);
        return reader.answer(method.equals("HEAD"));
    }

    @Override
    public void close() {
        socket.close();
    }
}
