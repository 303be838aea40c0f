package dev.myriad.net.engine;

import dev.myriad.net.Application;
import dev.myriad.net.ConnectionHandler;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import dev.myriad.net.Limits;
import dev.myriad.net.Memory;
import dev.myriad.net.Upgrade;
import dev.myriad.protocol.Handshake;
import dev.myriad.protocol.RequestHead;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A shard that does nothing until the test lets it, and has one lane. Confined to the test. */
final class HeldUpShard extends Shard implements Lane {
    private final List<Runnable> asked = new ArrayList<>();

    /** Whether the JVM has no thread for a question. */
    boolean withoutThreads;

    HeldUpShard(Limits limits) {
        super(0, limits, new AcceptAll(), new Room(limits, Memory.of(limits)));
    }

    Client connect() {
        Client client = new Client(this);
        client.start();
        return client;
    }

    /** One that has been upgraded. */
    Client open() {
        Client client = connect();
        client.say(
                new String(
                        Handshake.request("h", "/", "dGhlIHNhbXBsZSBub25jZQ==", Optional.empty()),
                        StandardCharsets.US_ASCII));
        serve();
        client.heard.clear();
        return client;
    }

    long held(Memory.Kind kind) {
        return memory().of(kind).held();
    }

    void answerAll() {
        asked.forEach(Runnable::run);
        asked.clear();
    }

    @Override
    protected void ask(Runnable asking) {
        if (withoutThreads) {
            throw new OutOfMemoryError("no thread, on purpose");
        }
        asked.add(asking);
    }

    @Override
    public Lane[] lanes() {
        return new Lane[] {this};
    }

    @Override
    public boolean isInside() {
        return false;
    }

    @Override
    protected void wake() {}

    @Override
    public Shard shard() {
        return this;
    }

    @Override
    public void shareBegins(byte[] frames) {}

    @Override
    public void share(Wire wire) {}

    @Override
    public void shareEnds() {}

    /** A connection that keeps what it was sent. */
    static final class Client extends Wire {
        final List<String> heard = new ArrayList<>();
        boolean cutOff;

        Client(HeldUpShard shard) {
            super(shard);
        }

        void start() {
            begin();
        }

        void say(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            received(bytes, 0, bytes.length);
        }

        @Override
        public Lane lane() {
            return (HeldUpShard) shard();
        }

        @Override
        protected void transmit(byte[] bytes) {
            heard.add(new String(bytes, StandardCharsets.US_ASCII));
        }

        @Override
        protected void finish() {}

        @Override
        protected int outputBytes() {
            return 0;
        }

        @Override
        protected void abort() {
            cutOff = true;
            gone();
        }

        @Override
        protected void peerIs(InetSocketAddress client) {}

        @Override
        public InetSocketAddress peer() {
            return InetSocketAddress.createUnresolved("test", 1);
        }
    }

    private static final class AcceptAll implements Application, ConnectionHandler {
        @Override
        public void upgrade(RequestHead request, Upgrade upgrade) {
            upgrade.accept(this, Optional.empty());
        }

        @Override
        public HttpAnswer http(HttpQuestion question) {
            return HttpAnswer.text(200, "here");
        }

        @Override
        public void opened(dev.myriad.net.Connection connection) {}

        @Override
        public void text(byte[] bytes, int from, int to) {}

        @Override
        public void binary(byte[] bytes, int from, int to) {}

        @Override
        public void closed(int code) {}
    }
}
