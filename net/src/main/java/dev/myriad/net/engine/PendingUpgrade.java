package dev.myriad.net.engine;

import dev.myriad.net.ConnectionHandler;
import dev.myriad.net.Upgrade;
import dev.myriad.protocol.RequestHead;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** An upgrade that waits for the application's answer. Thread-safe. */
final class PendingUpgrade implements Upgrade {
    private final Wire wire;
    private final HttpSession session;
    private final RequestHead head;
    private final AtomicBoolean answered = new AtomicBoolean();

    PendingUpgrade(Wire wire, HttpSession session, RequestHead head) {
        this.wire = wire;
        this.session = session;
        this.head = head;
    }

    RequestHead head() {
        return head;
    }

    @Override
    public void accept(ConnectionHandler handler, Optional<String> subprotocol) {
        if (answered.compareAndSet(false, true)) {
            wire.execute(() -> session.accept(this, handler, subprotocol));
        }
    }

    @Override
    public void refuse(int status, String body) {
        if (answered.compareAndSet(false, true)) {
            // Whatever the application gave, the client has to be answered.
            String text = Objects.requireNonNullElse(body, "");
            wire.execute(() -> session.refuse(this, status, text));
        }
    }

    @Override
    public InetSocketAddress peer() {
        return wire.peer();
    }
}
