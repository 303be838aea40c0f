package dev.myriad.channels;

import dev.myriad.net.ConnectionHandler;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.Upgrade;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** The pending answer to a client that asks for a session. Thread-safe; the first answer counts. */
final class LongPollOpening implements Upgrade {
    private final LongPoll longPoll;
    private final LongPollSession session;
    private final AtomicBoolean answered = new AtomicBoolean();
    private final CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();

    LongPollOpening(LongPoll longPoll, LongPollSession session) {
        this.longPoll = longPoll;
        this.session = session;
    }

    /** Waits for it. */
    HttpAnswer answer() {
        return answer.join();
    }

    /** The subprotocol goes nowhere: HTTP has no place for it. */
    @Override
    public void accept(ConnectionHandler handler, Optional<String> subprotocol) {
        if (answered.compareAndSet(false, true)) {
            longPoll.opened(session, handler);
            String token = LongPollToken.sign(session.id());
            answer.complete(LongPollAnswer.messages(410, token, new byte[0]));
        }
    }

    @Override
    public void refuse(int status, String body) {
        if (answered.compareAndSet(false, true)) {
            longPoll.refused(session);
            answer.complete(LongPollAnswer.refusal(status, body));
        }
    }

    @Override
    public InetSocketAddress peer() {
        return session.peer();
    }
}
