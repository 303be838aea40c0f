package dev.myriad.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.myriad.bench.HostileFrames;
import dev.myriad.protocol.FrameDecoder;
import dev.myriad.protocol.Handshake;
import dev.myriad.protocol.Partial;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A client on a plain socket that can misbehave. Used by one thread at a time. */
final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 20_000;
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    private static final Pattern CONTENT_LENGTH =
            Pattern.compile("content-length: ([0-9]+)", Pattern.CASE_INSENSITIVE);
    private static final FrameDecoder DECODER = FrameDecoder.client(1 << 26, 1 << 26);

    /** How the end by a close frame begins, before its code. */
    static final String CLOSED_WITH = "closed with ";

    /** The end of the stream, or a reset, without a close frame. */
    static final String CUT_OFF = "cut off";

    private final Socket socket;
    private final ArrayDeque<String> received = new ArrayDeque<>();
    private final byte[] buffer = new byte[8 << 10];
    private @Nullable Partial partial;

    private RawClient(Socket socket) {
        this.socket = socket;
    }

    /** Connects, and says nothing yet. */
    static RawClient connect(InetSocketAddress address) {
        return connect(address, 0);
    }

    /**
     * Connects, and says nothing yet.
     *
     * @param receiveBufferBytes of the kernel, 0 for its default
     */
    static RawClient connect(InetSocketAddress address, int receiveBufferBytes) {
        try {
            Socket socket = new Socket();
            if (receiveBufferBytes > 0) {
                socket.setReceiveBufferSize(receiveBufferBytes);
            }
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(address, TIMEOUT_MILLIS);
            return new RawClient(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Connects to the endpoint's socket. */
    static RawClient open(InetSocketAddress address) {
        RawClient client = connect(address);
        client.upgrade();
        return client;
    }

    void upgrade() {
        write(upgradeRequest());
        String head = readHead();
        if (!head.startsWith("HTTP/1.1 101 ")) {
            throw new AssertionError("not upgraded: " + head);
        }
    }

    static byte[] upgradeRequest() {
        return Handshake.request("test", "/socket/websocket?vsn=2.0.0", KEY, Optional.empty());
    }

    /** The head of a response. */
    String readHead() {
        StringBuilder head = new StringBuilder();
        try {
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    return head + CUT_OFF;
                }
                head.append((char) next);
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("nothing came in " + TIMEOUT_MILLIS + " ms", e);
        } catch (IOException _) {
            return head + CUT_OFF;
        }
        return head.toString();
    }

    /** The body of a response whose head has the length of it. */
    String readAnswer() {
        String head = readHead();
        Matcher length = CONTENT_LENGTH.matcher(head);
        if (!length.find()) {
            throw new AssertionError("no answer with a length: " + head);
        }
        try {
            int bytes = Integer.parseInt(length.group(1));
            return new String(socket.getInputStream().readNBytes(bytes), US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- sending

    /** Writes as far as the server lets it; false if it has closed. */
    boolean write(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    boolean text(String text) {
        return write(HostileFrames.text(text));
    }

    // ---- receiving

    /**
     * The next message or pong, waited for: text as it is; for a close frame {@code closed with}
     * and the code.
     */
    String next() {
        while (received.isEmpty()) {
            int length;
            try {
                length = socket.getInputStream().read(buffer, 0, buffer.length);
            } catch (SocketTimeoutException e) {
                throw new AssertionError("nothing came in " + TIMEOUT_MILLIS + " ms", e);
            } catch (IOException _) {
                return CUT_OFF;
            }
            if (length < 0) {
                return CUT_OFF;
            }
            partial = DECODER.decode(partial, buffer, 0, length, new Inbox());
        }
        return received.remove();
    }

    /** How the connection ends, whatever comes before. */
    String end() {
        String next = next();
        while (!next.equals(CUT_OFF) && !next.startsWith(CLOSED_WITH)) {
            next = next();
        }
        return next;
    }

    static String closedWith(int code) {
        return CLOSED_WITH + code;
    }

    // ---- leaving

    /** Ends its output; it can still read. */
    void endOutput() {
        try {
            socket.shutdownOutput();
        } catch (IOException _) {
            // The server was faster.
        }
    }

    /** Vanishes with a reset. */
    void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Closes the socket without a close frame. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class Inbox implements FrameDecoder.Sink {
        @Override
        public void text(byte[] bytes, int from, int to) {
            received.add(new String(bytes, from, to - from, StandardCharsets.UTF_8));
        }

        @Override
        public void binary(byte[] bytes, int from, int to) {
            received.add("binary of " + (to - from) + " bytes");
        }

        @Override
        public void ping(byte[] bytes, int from, int to) {
            received.add("ping");
        }

        @Override
        public void pong(byte[] bytes, int from, int to) {
            received.add("pong");
        }

        @Override
        public void close(int code, String reason) {
            received.add(closedWith(code));
        }
    }
}
