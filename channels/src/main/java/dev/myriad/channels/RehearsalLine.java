package dev.myriad.channels;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;

/**
 * A connection of a {@link Rehearsal} to itself, which ends with a reset: nothing is left for the
 * kernel to remember. Used by one thread.
 */
final class RehearsalLine implements AutoCloseable {

    private static final String CONTENT_LENGTH = "\r\ncontent-length: ";

    private final java.net.Socket socket = new java.net.Socket();
    private final InputStream in;
    private final OutputStream out;
    private final long until;
    private final byte[] buffer = new byte[8 << 10];
    private int from;
    private int to;

    /**
     * @param until when it gives up, as a nanosecond time
     */
    RehearsalLine(InetSocketAddress server, long until) throws IOException {
        this.until = until;
        try {
            socket.setTcpNoDelay(true);
            socket.setSoLinger(true, 0);
            socket.setSoTimeout(millisLeft());
            socket.connect(server, millisLeft());
            in = socket.getInputStream();
            out = socket.getOutputStream();
        } catch (IOException | RuntimeException | Error e) {
            socket.close();
            throw e;
        }
    }

    private int millisLeft() throws SocketTimeoutException {
        long left = (until - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
            throw new SocketTimeoutException("the time is up");
        }
        return (int) Math.min(left, Integer.MAX_VALUE);
    }

    void write(byte[] bytes) throws IOException {
        int _ = millisLeft();
        out.write(bytes);
    }

    /** The next byte. */
    int read() throws IOException {
        if (from == to) {
            fill();
        }
        return buffer[from++] & 0xFF;
    }

    void skip(int bytes) throws IOException {
        for (int left = bytes; left > 0; ) {
            if (from == to) {
                fill();
            }
            int skipped = Math.min(left, to - from);
            from += skipped;
            left -= skipped;
        }
    }

    private void fill() throws IOException {
        int read = in.read(buffer);
        if (read < 0) {
            throw new EOFException("the rehearsal's server has hung up");
        }
        from = 0;
        to = read;
    }

    /** What comes before a response's body, the empty line included. */
    String head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
            head.append((char) read());
        }
        return head.toString();
    }

    /** Asks for something by HTTP, and returns the answer's body. */
    String ask(String method, String target, String body) throws IOException {
        String question =
                method
                        + " "
                        + target
                        + " HTTP/1.1\r\nhost: localhost\r\ncontent-length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body;
        write(question.getBytes(UTF_8));
        String head = head();
        int at = head.indexOf(CONTENT_LENGTH) + CONTENT_LENGTH.length();
        int length = Integer.parseInt(head, at, head.indexOf('\r', at), 10);
        StringBuilder answer = new StringBuilder();
        while (answer.length() < length) {
            answer.append((char) read());
        }
        return answer.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
