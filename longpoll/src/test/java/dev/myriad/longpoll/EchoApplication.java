package dev.myriad.longpoll;

import dev.myriad.net.Application;
import dev.myriad.net.Connection;
import dev.myriad.net.ConnectionHandler;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import dev.myriad.net.Upgrade;
import dev.myriad.protocol.FrameEncoder;
import dev.myriad.protocol.RequestHead;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Echoes on all connections but those of {@code /closed}, which it refuses, and of {@code /later},
 * which it lets wait. Thread-safe.
 */
final class EchoApplication implements Application {
    private final Queue<Upgrade> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger closed = new AtomicInteger();

    private final class Echo implements ConnectionHandler {
        private @Nullable Connection connection;

        @Override
        public void opened(Connection connection) {
            this.connection = connection;
        }

        @Override
        public void text(byte[] bytes, int from, int to) {
            Objects.requireNonNull(connection)
                    .send(FrameEncoder.frame(FrameEncoder.TEXT, bytes, from, to));
        }

        @Override
        public void binary(byte[] bytes, int from, int to) {}

        @Override
        public void closed(int code) {
            closed.incrementAndGet();
        }
    }

    @Override
    public void upgrade(RequestHead request, Upgrade upgrade) {
        if (request.path().startsWith("/closed")) {
            upgrade.refuse(403, "not here");
        } else if (request.path().startsWith("/later")) {
            waiting.add(upgrade);
        } else {
            upgrade.accept(new Echo(), Optional.empty());
        }
    }

    @Override
    public HttpAnswer http(HttpQuestion question) {
        return HttpAnswer.text(200, question.path());
    }

    int waiting() {
        return waiting.size();
    }

    void acceptThoseWhoWait() {
        Upgrade upgrade;
        while ((upgrade = waiting.poll()) != null) {
            upgrade.accept(new Echo(), Optional.empty());
        }
    }

    /** Connections whose end was heard. */
    int closed() {
        return closed.get();
    }
}
