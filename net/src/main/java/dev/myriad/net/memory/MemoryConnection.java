package dev.myriad.net.memory;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.myriad.net.Application;
import dev.myriad.net.Connection;
import dev.myriad.net.ConnectionHandler;
import dev.myriad.net.Upgrade;
import dev.myriad.protocol.RequestHead;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The server's end of a connection. Thread-safe; its state is confined to its shard's thread. */
final class MemoryConnection implements Connection {
    private final MemoryShard shard;
    private final MemoryTransport transport;
    private final InetSocketAddress peer;
    private final MemoryClient client = new MemoryClient(this);
    private final Set<MemoryGroup> groups = new HashSet<>();
    private final AtomicBoolean answered = new AtomicBoolean();
    private @Nullable ConnectionHandler handler;
    private boolean open;

    MemoryConnection(MemoryShard shard, MemoryTransport transport, InetSocketAddress peer) {
        this.shard = shard;
        this.transport = transport;
        this.peer = peer;
    }

    MemoryShard shard() {
        return shard;
    }

    MemoryClient client() {
        return client;
    }

    void ask(Application application, String target, String headers) {
        byte[] head =
                ("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n")
                        .getBytes(US_ASCII);
        RequestHead request =
                Objects.requireNonNull(RequestHead.parse(head, 0, head.length, 8 << 10, 64));
        shard.ask(() -> application.upgrade(request, new Answer()));
    }

    private final class Answer implements Upgrade {
        @Override
        public void accept(ConnectionHandler accepted, Optional<String> subprotocol) {
            if (answered.compareAndSet(false, true)) {
                shard.ask(
                        () -> {
                            handler = accepted;
                            open = true;
                            transport.opened(MemoryConnection.this);
                            accepted.opened(MemoryConnection.this);
                            client.upgraded(subprotocol);
                        });
            }
        }

        @Override
        public void refuse(int status, String body) {
            if (answered.compareAndSet(false, true)) {
                transport.refused();
                client.refused(status);
            }
        }

        @Override
        public InetSocketAddress peer() {
            return MemoryConnection.this.peer();
        }
    }

    // ---- what the server asks for

    @Override
    public void send(byte[] frames) {
        if (shard.isInside()) {
            deliver(frames); // at once, as real ones do
        } else {
            shard.ask(() -> deliver(frames));
        }
    }

    @Override
    public void close(int code, String reason) {
        shard.ask(() -> gone(code));
    }

    @Override
    public void execute(Runnable task) {
        shard.ask(task);
    }

    @Override
    public InetSocketAddress peer() {
        return peer;
    }

    // ---- on the shard's thread

    boolean isOpen() {
        return open;
    }

    void deliver(byte[] frames) {
        if (open) {
            client.receive(frames);
        }
    }

    void entered(MemoryGroup group) {
        groups.add(group);
    }

    void left(MemoryGroup group) {
        groups.remove(group);
    }

    // ---- what the client does

    void text(byte[] utf8) {
        shard.ask(
                () -> {
                    if (open) {
                        Objects.requireNonNull(handler).text(utf8, 0, utf8.length);
                    }
                });
    }

    void binary(byte[] bytes) {
        shard.ask(
                () -> {
                    if (open) {
                        Objects.requireNonNull(handler).binary(bytes, 0, bytes.length);
                    }
                });
    }

    void vanish() {
        shard.ask(() -> gone(1006));
    }

    private void gone(int code) {
        if (open) {
            open = false;
            groups.forEach(group -> group.forget(this));
            groups.clear();
            transport.closed(this);
            client.closed(code);
            Objects.requireNonNull(handler).closed(code);
        }
    }
}
