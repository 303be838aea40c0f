package dev.myriad.channels;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.net.memory.MemoryClient;
import dev.myriad.net.memory.MemoryTransport;
import dev.myriad.process.Process;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.Broadcast;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Topics that are faster than a channel that they wake. */
@Timeout(60)
class SlowChannelTest {
    private static final String ROOM = "room:lobby";

    /** A twentieth of what may wait. */
    private static final Payload LARGE =
            Payload.json(
                    ("{\"x\":\"" + "x".repeat((2 << 20) / 20 - 200) + "\"}").getBytes(UTF_8),
                    JacksonCodec.SHARED);

    private final Semaphore arrived = new Semaphore(0);
    private final Semaphore gate = new Semaphore(0);
    private final BlockingQueue<Process> channels = new LinkedBlockingQueue<>();
    private final Endpoint endpoint =
            Endpoint.builder()
                    .socket("/socket", socket -> socket.channel("room:*", Slow::new))
                    .transport(application -> MemoryTransport.start(1, application))
                    .start();

    /**
     * Hears of its own topic by interception and of another by subscription, if the gate is open.
     */
    private final class Slow extends Channel {
        private int heard;

        @Override
        protected JoinResult join(String topic, Payload params) {
            channels.add(self());
            return JoinResult.ok();
        }

        @Override
        protected Set<String> intercepts() {
            return Set.of("said");
        }

        @Override
        protected void handleOut(String event, Payload payload) {
            heard++;
        }

        @Override
        protected void handleInfo(Object message) {
            assertThat(message).isInstanceOf(Broadcast.class);
            heard++;
        }

        @Override
        protected Result handleIn(String event, Payload payload) throws Exception {
            switch (event) {
                case "listen" -> subscribe("news");
                case "wait" -> {
                    arrived.release();
                    gate.acquire();
                }
                default -> {}
            }
            return Result.ok(Map.of("heard", heard));
        }
    }

    @AfterEach
    void close() {
        gate.release(1_000);
        endpoint.close();
    }

    private static void send(MemoryClient client, String event) {
        client.send(Wire.V2.message("1", "2", ROOM, event, "{}"));
    }

    private static String heard(int count) {
        return Wire.V2.reply("1", "2", ROOM, "ok", "{\"heard\":" + count + "}");
    }

    private MemoryClient listener() {
        MemoryTransport transport = (MemoryTransport) endpoint.transport();
        MemoryClient client = transport.connect("/socket/websocket?vsn=2.0.0");
        client.send(Wire.V2.message("1", "1", ROOM, "phx_join", "{}"));
        assertThat(client.next()).contains("\"ok\"");
        send(client, "listen");
        assertThat(client.next()).isEqualTo(heard(0));
        return client;
    }

    private void broadcastTooMuch(MemoryClient client, String topic) throws InterruptedException {
        send(client, "wait");
        arrived.acquire();
        for (int i = 0; i < 50; i++) {
            endpoint.broadcast(topic, "said", LARGE);
        }
    }

    @Test
    void whatTheProgramItselfHandsOnDoesNotCountAsAdmitted() throws Exception {
        MemoryClient client = listener();
        Process channel = channels.take();
        for (int i = 0; i < 200; i++) {
            channel.send(new Broadcast("elsewhere", "said", LARGE));
        }
        send(client, "how many?");
        assertThat(client.next()).isEqualTo(heard(200));
        broadcastTooMuch(client, "news");
        assertThat(endpoint.stats().dropped()).isEqualTo(30);
    }

    @ParameterizedTest
    @ValueSource(strings = {ROOM, "news"})
    void whatIsOverTheLimitIsDroppedAndCounted(String topic) throws Exception {
        MemoryClient client = listener();
        broadcastTooMuch(client, topic);
        assertThat(endpoint.stats().dropped()).isEqualTo(30);
        send(client, "how many?"); // the client itself is not held to be too fast
        gate.release();
        assertThat(client.next()).isEqualTo(heard(0));
        assertThat(client.next()).isEqualTo(heard(20));

        for (int i = 0; i < 20; i++) {
            endpoint.broadcast(topic, "said", LARGE);
            send(client, "how many?");
            assertThat(client.next()).isEqualTo(heard(21 + i));
        }
        assertThat(endpoint.stats().dropped()).isEqualTo(30);
    }
}
