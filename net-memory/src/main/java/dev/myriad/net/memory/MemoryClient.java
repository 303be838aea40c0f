package dev.myriad.net.memory;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.myriad.net.HttpAnswer;
import dev.myriad.protocol.CloseCode;
import dev.myriad.protocol.FrameDecoder;
import dev.myriad.protocol.FrameEncoder;
import dev.myriad.protocol.Partial;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket client: sends messages, keeps what it receives, answers the server's close. It reads
 * on a virtual thread of its own, at once unless it is held. Thread-safe for sending; one thread
 * may take what it received.
 */
public final class MemoryClient {
    private static final FrameDecoder FRAMES =
            FrameDecoder.client(Integer.MAX_VALUE, Integer.MAX_VALUE);
    private static final int MASK_KEY = 0x37fa213d;
    private static final int PATIENCE_SECONDS = 20;
    private static final Duration FOREVER = Duration.ofDays(1);

    private final MemorySocket socket;
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();
    private final CompletableFuture<Integer> closeCode = new CompletableFuture<>();
    private @Nullable Partial pending;

    private MemoryClient(MemorySocket socket) {
        this.socket = socket;
    }

    /** A client that has sent its upgrade request. */
    static MemoryClient start(MemorySocket socket, byte[] request) {
        MemoryClient client = new MemoryClient(socket);
        client.write(request);
        Thread.ofVirtual().name("memory-client").start(client::read);
        return client;
    }

    /** The HTTP status of the answer to the upgrade request: 101 if it was accepted. */
    public int status() {
        return answer().status();
    }

    /** The subprotocol of an accepted upgrade. */
    public Optional<String> subprotocol() {
        return answer().header("sec-websocket-protocol");
    }

    /** The answer to the upgrade request. */
    public HttpAnswer answer() {
        return wait(answer);
    }

    /** The code with which the connection ended, 1006 if it did so without a close frame. */
    public int closeCode() {
        return wait(closeCode);
    }

    /** Sends a text message, after the answer to the upgrade request has come. */
    public void send(String text) {
        send(FrameEncoder.TEXT, text.getBytes(UTF_8));
    }

    /** Sends a binary message, after the answer to the upgrade request has come. */
    public void send(byte[] bytes) {
        send(FrameEncoder.BINARY, bytes);
    }

    private void send(int opcode, byte[] payload) {
        HttpAnswer _ = answer();
        write(FrameEncoder.maskedFrame(opcode, payload, 0, payload.length, MASK_KEY));
    }

    /** Starts the closing handshake, after the answer to the upgrade request has come. */
    public void close(int code) {
        send(FrameEncoder.CLOSE, FrameEncoder.closePayload(code, ""));
    }

    /** Ends the connection without a close frame; what was sent before arrives. */
    public void vanish() {
        socket.close();
    }

    /** Reads nothing more until {@link #release}, as {@link MemorySocket#hold} says. */
    public void hold() {
        socket.hold();
    }

    /** Reads again. */
    public void release() {
        socket.release();
    }

    /** The code with which the connection ended, if it does so in time. */
    public Optional<Integer> closedWith(Duration patience) {
        try {
            return Optional.of(closeCode.get(patience.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException _) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The next message, text as it is, binary in hexadecimal; waits for it.
     *
     * @throws AssertionError if none comes in twenty seconds
     */
    public String next() {
        return next(Duration.ofSeconds(PATIENCE_SECONDS))
                .orElseThrow(
                        () -> new AssertionError("no message in " + PATIENCE_SECONDS + " seconds"));
    }

    /** The next message, as {@link #next()} has it, if one comes in time. */
    public Optional<String> next(Duration patience) {
        try {
            return Optional.ofNullable(received.poll(patience.toNanos(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** How many messages wait to be taken. */
    public int waiting() {
        return received.size();
    }

    private void write(byte[] bytes) {
        try {
            socket.write(bytes);
        } catch (IOException _) {
            // The server has closed the connection, which its reader tells.
        }
    }

    // ---- on its own thread

    private void read() {
        try (socket) {
            AnswerReader reader = new AnswerReader(socket, FOREVER);
            HttpAnswer first = reader.answer(false);
            answer.complete(first);
            Keeper keeper = new Keeper();
            if (first.status() == 101) {
                reader.rest((bytes, from, to) -> decode(bytes, from, to, keeper));
            }
        } catch (IOException e) {
            answer.completeExceptionally(e);
        } finally {
            closeCode.complete(CloseCode.ABNORMAL);
        }
    }

    private void decode(byte[] bytes, int from, int to, Keeper keeper) {
        pending = FRAMES.decode(pending, bytes, from, to, keeper);
    }

    private final class Keeper implements FrameDecoder.Sink {
        @Override
        public void text(byte[] bytes, int from, int to) {
            received.add(new String(bytes, from, to - from, UTF_8));
        }

        @Override
        public void binary(byte[] bytes, int from, int to) {
            received.add(HexFormat.of().formatHex(Arrays.copyOfRange(bytes, from, to)));
        }

        @Override
        public void ping(byte[] bytes, int from, int to) {}

        @Override
        public void pong(byte[] bytes, int from, int to) {}

        @Override
        public void close(int code, String reason) {
            if (closeCode.complete(code)) {
                MemoryClient.this.close(code);
                socket.shutdownOutput(); // a server that does not listen any more need not wait
            }
        }
    }

    private static <T> T wait(CompletableFuture<T> future) {
        return future.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }
}
