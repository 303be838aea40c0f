package dev.myriad.net.memory;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.myriad.protocol.FrameDecoder;
import dev.myriad.protocol.Partial;
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
 * The client's end of a connection: sends messages, keeps what it receives. Thread-safe for
 * sending; one thread may read.
 */
public final class MemoryClient {
    private static final FrameDecoder FRAMES =
            FrameDecoder.client(Integer.MAX_VALUE, Integer.MAX_VALUE);
    private static final int PATIENCE_SECONDS = 20;

    private final MemoryConnection connection;
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> status = new CompletableFuture<>();
    private final CompletableFuture<Integer> closeCode = new CompletableFuture<>();
    private volatile Optional<String> subprotocol = Optional.empty();
    private @Nullable Partial pending;

    MemoryClient(MemoryConnection connection) {
        this.connection = connection;
    }

    /** The HTTP status of the answer to the upgrade request: 101 if it was accepted. */
    public int status() {
        return wait(status);
    }

    /** The subprotocol of an accepted upgrade. */
    public Optional<String> subprotocol() {
        wait(status);
        return subprotocol;
    }

    /** The code with which the connection ended. */
    public int closeCode() {
        return wait(closeCode);
    }

    /** Sends a text message, after the answer to the upgrade request has come. */
    public void send(String text) {
        wait(status);
        connection.text(text.getBytes(UTF_8));
    }

    /** Sends a binary message, after the answer to the upgrade request has come. */
    public void send(byte[] bytes) {
        wait(status);
        connection.binary(bytes.clone());
    }

    /** Ends the connection without a close frame. */
    public void vanish() {
        connection.vanish();
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

    /** How many messages wait to be read. */
    public int waiting() {
        return received.size();
    }

    // ---- on the shard's thread

    void upgraded(Optional<String> chosen) {
        subprotocol = chosen;
        status.complete(101);
    }

    void refused(int code) {
        status.complete(code);
    }

    void closed(int code) {
        closeCode.complete(code);
    }

    void receive(byte[] frames) {
        pending = FRAMES.decode(pending, frames, 0, frames.length, new Keeper());
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
        public void close(int code, String reason) {}
    }

    private static <T> T wait(CompletableFuture<T> future) {
        return future.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }
}
