package dev.myriad.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.myriad.net.HttpAnswer;
import dev.myriad.net.memory.MemoryHttp;
import dev.myriad.net.memory.MemoryTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.JsonNode;

/**
 * A client that polls as phoenix.js does: one request for messages is always under way, on a
 * virtual thread, and each message that it sends is a request of its own. Confined to the test's
 * thread, but for that one.
 */
final class PollingLink implements Link {
    private static final int OPENED = 410;
    private static final int NOTHING_NEW = 204;
    private static final int OK = 200;

    /** What phoenix.js makes of a session that the server ended. */
    private static final int ENDED = 1011;

    private static final int VANISHED = 1006;
    private static final byte[] NO_BODY = {};

    private final MemoryTransport transport;
    private final String target;
    private final String headers;
    private final InetSocketAddress peer;
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closeCode = new CompletableFuture<>();
    private final Object gate = new Object();
    private Optional<MemoryHttp> polling = Optional.empty(); // guarded by the gate
    private boolean paused; // guarded by the gate

    /** What came of asking for a session: one, or the status that refuses it. */
    record Opened(int status, Optional<PollingLink> link) {}

    private PollingLink(
            MemoryTransport transport, String target, String headers, InetSocketAddress peer) {
        this.transport = transport;
        this.target = target;
        this.headers = headers;
        this.peer = peer;
    }

    /**
     * Asks for a session.
     *
     * @param target path and query
     */
    static Opened open(
            MemoryTransport transport, String target, String headers, InetSocketAddress peer) {
        HttpAnswer answer = ask(transport, peer, "GET", target, headers, NO_BODY);
        int status = status(answer);
        if (status != OPENED) {
            return new Opened(status, Optional.empty());
        }
        String token = Json.tree(answer.body()).get("token").stringValue();
        String withToken = headers + "x-phoenix-longpoll-token: " + token + "\r\n";
        PollingLink link = new PollingLink(transport, target, withToken, peer);
        Thread.ofVirtual().name("polling-client").start(link::poll);
        return new Opened(status, Optional.of(link));
    }

    // ---- on its own thread

    private void poll() {
        try {
            while (awaitResumed()) {
                HttpAnswer answer;
                try (MemoryHttp http = beginPoll()) {
                    answer = http.ask("GET", target, headers, NO_BODY);
                }
                if (!take(answer)) {
                    closeCode.complete(ENDED);
                }
            }
        } catch (IOException _) {
            closeCode.complete(VANISHED);
        }
    }

    /** Whether there is anything to poll for. */
    private boolean awaitResumed() throws IOException {
        synchronized (gate) {
            while (paused) {
                try {
                    gate.wait();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        }
        return !closeCode.isDone();
    }

    private MemoryHttp beginPoll() {
        synchronized (gate) {
            MemoryHttp http = transport.http(peer);
            polling = Optional.of(http);
            return http;
        }
    }

    /** Whether the session goes on. */
    private boolean take(HttpAnswer answer) {
        int status = status(answer);
        if (status == OK) {
            for (JsonNode message : Json.tree(answer.body()).get("messages")) {
                received.add(message.stringValue());
            }
        }
        return status == OK || status == NOTHING_NEW;
    }

    // ---- on the test's thread

    @Override
    public void send(String text) {
        post("", text.getBytes(UTF_8));
    }

    @Override
    public void send(byte[] bytes) {
        post("content-type: application/x-ndjson\r\n", Base64.getEncoder().encode(bytes));
    }

    private void post(String more, byte[] body) {
        HttpAnswer _ = ask(transport, peer, "POST", target, headers + more, body);
    }

    @Override
    public Optional<String> next(Duration patience) {
        try {
            return Optional.ofNullable(received.poll(patience.toNanos(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
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

    /** The poll that is under way is the last one until {@link #resume}. */
    @Override
    public void pause() {
        pause(true);
    }

    @Override
    public void resume() {
        pause(false);
    }

    private void pause(boolean now) {
        synchronized (gate) {
            paused = now;
            gate.notifyAll();
        }
    }

    /** It just asks no more: there is no other way. */
    @Override
    public void close() {
        vanish();
    }

    @Override
    public void vanish() {
        closeCode.complete(VANISHED);
        synchronized (gate) {
            polling.ifPresent(MemoryHttp::close);
        }
        resume();
    }

    // ---- requests

    static HttpAnswer ask(
            MemoryTransport transport,
            InetSocketAddress peer,
            String method,
            String target,
            String headers,
            byte[] body) {
        try (MemoryHttp http = transport.http(peer)) {
            return http.ask(method, target, headers, body);
        } catch (IOException e) {
            throw new AssertionError(
                    "no answer to " + method + " " + target + ": " + e.getMessage(), e);
        }
    }

    /** The one in the body counts, if it is an answer of long polling. */
    private static int status(HttpAnswer answer) {
        return answer.status() == OK
                ? Json.tree(answer.body()).get("status").intValue()
                : answer.status();
    }
}
