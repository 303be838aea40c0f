package dev.myriad.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.myriad.net.Application;
import dev.myriad.net.ConnectionHandler;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import dev.myriad.net.Upgrade;
import dev.myriad.net.memory.MemoryClient;
import dev.myriad.net.memory.MemoryTransport;
import dev.myriad.process.ExitReason;
import dev.myriad.protocol.Envelope;
import dev.myriad.protocol.Payload;
import dev.myriad.protocol.RequestHead;
import dev.myriad.protocol.Serializer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What no handler can tell any more: joins that are stopped unhandled, answers without a form. */
@Timeout(60)
class NobodyElseTellsTest {
    private static final String ROOM = "room:a";

    private final BlockingQueue<SocketHandler> sockets = new LinkedBlockingQueue<>();
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final Endpoint endpoint =
            Endpoint.builder()
                    .socket(
                            "/s",
                            socket ->
                                    socket.channel("room:*", SlowToEnd::new)
                                            .serializer(new Brittle()))
                    .transport(app -> MemoryTransport.start(1, new Watched(app)))
                    .start();

    @AfterEach
    void close() {
        mayEnd.countDown();
        endpoint.close();
    }

    private final class SlowToEnd extends Channel {
        @Override
        protected JoinResult join(String topic, Payload params) {
            return topic.equals(ROOM) ? JoinResult.ok() : JoinResult.error(Map.of());
        }

        @Override
        protected Result handleIn(String event, Payload payload) {
            return Result.ok();
        }

        @Override
        protected void terminate(ExitReason reason) throws Exception {
            mayEnd.await();
        }
    }

    /** Keeps the handlers of those who were let in. */
    private final class Watched implements Application {
        private final Application application;

        Watched(Application application) {
            this.application = application;
        }

        @Override
        public void upgrade(RequestHead request, Upgrade upgrade) {
            application.upgrade(
                    request,
                    new Upgrade() {
                        @Override
                        public void accept(
                                ConnectionHandler handler, Optional<String> subprotocol) {
                            sockets.add((SocketHandler) handler);
                            upgrade.accept(handler, subprotocol);
                        }

                        @Override
                        public void refuse(int status, String body) {
                            upgrade.refuse(status, body);
                        }

                        @Override
                        public InetSocketAddress peer() {
                            return upgrade.peer();
                        }
                    });
        }

        @Override
        public boolean upgrades(RequestHead request) {
            return application.upgrades(request);
        }

        @Override
        public HttpAnswer http(HttpQuestion question) {
            return application.http(question);
        }
    }

    /** Version 2, that can write no error, and no end of a channel. */
    private static final class Brittle implements Serializer {
        @Override
        public String version() {
            return "7.0.0";
        }

        @Override
        public boolean carriesBinary() {
            return V2.carriesBinary();
        }

        @Override
        public void decodeText(byte[] bytes, int from, int to, Envelope into) {
            V2.decodeText(bytes, from, to, into);
        }

        @Override
        public void decodeBinary(byte[] bytes, int from, int to, Envelope into) {
            V2.decodeBinary(bytes, from, to, into);
        }

        @Override
        public byte[] reply(
                byte @Nullable [] joinRef,
                byte @Nullable [] ref,
                String topic,
                String status,
                Payload response) {
            if (status.equals("error")) {
                throw new IllegalArgumentException("planted");
            }
            return V2.reply(joinRef, ref, topic, status, response);
        }

        @Override
        public byte[] push(
                byte @Nullable [] joinRef,
                byte @Nullable [] ref,
                String topic,
                String event,
                Payload payload) {
            if (event.equals("phx_close")) {
                throw new IllegalArgumentException("planted");
            }
            return V2.push(joinRef, ref, topic, event, payload);
        }

        @Override
        public byte[] broadcast(String topic, String event, Payload payload) {
            return V2.broadcast(topic, event, payload);
        }
    }

    private MemoryClient client(String vsn) {
        MemoryClient client =
                ((MemoryTransport) endpoint.transport()).connect("/s/websocket?vsn=" + vsn);
        assertThat(client.status()).isEqualTo(101);
        return client;
    }

    private static void send(MemoryClient client, String ref, String topic, String event) {
        client.send(Wire.V2.message(ref, ref, topic, event, "{}"));
    }

    /** The process that has the topic, as one sees it who lists processes. */
    private static ChannelProcess present(SocketHandler socket) throws Exception {
        CompletableFuture<ChannelProcess> present = new CompletableFuture<>();
        socket.connection().execute(() -> present.complete(socket.all().iterator().next()));
        return present.get(20, TimeUnit.SECONDS);
    }

    @Test
    void aJoinWhoseProcessIsStoppedWhileItWaitsIsAnsweredAndHandsTheTopicOn() throws Exception {
        MemoryClient client = client("2.0.0");
        SocketHandler socket = sockets.take();
        send(client, "1", ROOM, "phx_join");
        assertThat(client.next()).isEqualTo(Wire.V2.reply("1", "1", ROOM, "ok", "{}"));
        send(client, "2", ROOM, "phx_join");
        await().until(() -> present(socket).joinUnderWay() != null);
        ChannelProcess waiting = present(socket);
        send(client, "2", ROOM, "unread");
        waiting.stop(new ExitReason.Shutdown("from outside"));
        assertThat(client.next())
                .isEqualTo(
                        "[null,\"2\",\"room:a\",\"phx_reply\",{\"status\":\"error\",\"response\":{\"reason\":\"unmatched topic\"}}]");
        send(client, "3", ROOM, "phx_join");
        await().until(() -> present(socket) != waiting);
        mayEnd.countDown();
        assertThat(client.next())
                .isEqualTo(Wire.V2.reply("2", "2", ROOM, "error", "{\"reason\":\"join crashed\"}"));
        assertThat(client.next()).isEqualTo(Wire.V2.message("1", "1", ROOM, "phx_close", "{}"));
        assertThat(client.next()).isEqualTo(Wire.V2.reply("3", "3", ROOM, "ok", "{}"));
        endpoint.broadcast(ROOM, "news", Map.of());
        assertThat(client.next()).isEqualTo(Wire.V2.broadcast(ROOM, "news", "{}"));
        client.vanish();
        await().until(() -> endpoint.stats().topics() == 0 && endpoint.stats().channels() == 0);
    }

    @Test
    void aRefusalThatCannotBeWrittenEndsTheConnection() {
        MemoryClient client = client("7.0.0");
        send(client, "1", "room:refused", "phx_join");
        assertThat(client.closedWith(Duration.ofSeconds(20))).hasValue(1011);
    }

    @Test
    void soDoesAnEndThatCannotBeWritten() {
        mayEnd.countDown();
        MemoryClient client = client("7.0.0");
        send(client, "1", ROOM, "phx_join");
        assertThat(client.next()).isEqualTo(Wire.V2.reply("1", "1", ROOM, "ok", "{}"));
        send(client, "1", ROOM, "phx_leave");
        assertThat(client.next()).isEqualTo(Wire.V2.reply("1", "1", ROOM, "ok", "{}"));
        assertThat(client.closedWith(Duration.ofSeconds(20))).hasValue(1011);
    }

    @Test
    void soDoesAnErrorThatCannotBeWrittenForWhatNobodyReads() {
        mayEnd.countDown();
        MemoryClient client = client("7.0.0");
        send(client, "1", ROOM, "unread");
        assertThat(client.closedWith(Duration.ofSeconds(20))).hasValue(1011);
    }
}
