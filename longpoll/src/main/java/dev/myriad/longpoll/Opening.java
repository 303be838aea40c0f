package dev.myriad.longpoll;

import dev.myriad.net.ConnectionHandler;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.Upgrade;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** The pending answer to a client that asks for a session. Thread-safe; the first answer counts. */
final class Opening implements Upgrade {
    private static final int LATE_MILLIS = 1_000;

    private final Sessions sessions;
    private final PolledConnection session;
    private final AtomicBoolean answered = new AtomicBoolean();
    private final CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();

    Opening(Sessions sessions, PolledConnection session) {
        this.sessions = sessions;
        this.session = session;
    }

    /**
     * Waits for it, for as long as a WebSocket may take for its handshake; anew if the whole
     * program stood still meanwhile.
     */
    HttpAnswer answer(int millisMax) {
        try {
            long startNanos;
            do {
                startNanos = System.nanoTime();
                try {
                    return answer.get(millisMax, TimeUnit.MILLISECONDS);
                } catch (TimeoutException _) {
                    // It is too slow, or was not let run.
                }
            } while (System.nanoTime() - startNanos
                    > TimeUnit.MILLISECONDS.toNanos((long) millisMax + LATE_MILLIS));
            refuse(408, "the application was too slow");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            refuse(503, "");
        } catch (ExecutionException e) {
            throw new AssertionError("it is only ever completed", e);
        }
        return answer.join();
    }

    /** The subprotocol goes nowhere: HTTP has no place for it. */
    @Override
    public void accept(ConnectionHandler handler, Optional<String> subprotocol) {
        if (answered.compareAndSet(false, true)) {
            sessions.opened(session, handler);
            answer.complete(Answers.messages(410, session.token(), new byte[0]));
        }
    }

    @Override
    public void refuse(int status, String body) {
        if (answered.compareAndSet(false, true)) {
            sessions.refused(session);
            answer.complete(Answers.refusal(status, body));
        }
    }

    @Override
    public InetSocketAddress peer() {
        return session.peer();
    }
}
