package dev.myriad.channels;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.net.Limit;
import dev.myriad.net.memory.MemoryClient;
import dev.myriad.net.memory.MemoryTransport;
import dev.myriad.process.Process;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.Broadcast;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a program does with an endpoint besides serving. */
@Timeout(60)
class EndpointTest {
    private static final String ROOM = "room:lobby";

    private final LabServer server = new LabServer();
    private final Endpoint endpoint = server.endpoint;
    private final BlockingQueue<Broadcast> heard = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        server.close();
    }

    record Counted(int i) {}

    private static Payload number(int i) {
        return Payload.json(("{\"i\":" + i + "}").getBytes(UTF_8), JacksonCodec.SHARED);
    }

    @Test
    void aListenerHearsClientsAndTheProgramInOrder() throws Exception {
        MemoryClient client = server.joined(Wire.V2, ROOM);
        try (Subscription subscription = endpoint.subscribe(ROOM, heard::add)) {
            assertThat(subscription.topic()).isEqualTo(ROOM);
            assertThat(subscription).hasToString("Subscription[room:lobby]");
            client.send(Wire.V2.message("1", "2", ROOM, "pub", "{\"i\":1}"));
            Broadcast first = heard.take();
            assertThat(first.topic()).isEqualTo(ROOM);
            assertThat(first.event()).isEqualTo("msg");
            assertThat(first.payload().as(Counted.class)).isEqualTo(new Counted(1));
            assertThat(first)
                    .hasToString(
                            "Broadcast[topic=room:lobby, event=msg,"
                                    + " payload=Payload[json, 7 bytes, {\"i\":1}]]");
            for (int i = 0; i < 1_000; i++) {
                endpoint.broadcast(ROOM, "n", number(i));
            }
            for (int i = 0; i < 1_000; i++) {
                assertThat(heard.take().payload().as(Counted.class)).isEqualTo(new Counted(i));
            }
        }
    }

    @Test
    void aSocketTellsWhoItIs() throws Exception {
        MemoryClient client = server.request("/guarded/websocket?vsn=2.0.0&user=ada");
        server.join(client, Wire.V2, "1", ROOM);
        assertThat(server.bench.channels.take().socket())
                .hasToString("Socket[" + MemoryTransport.LOOPBACK + ", users:ada]");
    }

    @Test
    void aClosedSubscriptionHearsNothing() throws Exception {
        Subscription closed = endpoint.subscribe("news", heard::add);
        closed.close();
        closed.close();
        BlockingQueue<Broadcast> others = new LinkedBlockingQueue<>();
        try (Subscription _ = endpoint.subscribe("news", others::add)) {
            endpoint.broadcast("news", "flash", Map.of());
            assertThat(others.take().event()).isEqualTo("flash");
            assertThat(endpoint.stats().topics()).isEqualTo(1);
        }
        assertThat(heard).isEmpty();
        assertThat(endpoint.stats().topics()).isZero();
    }

    @Test
    void aListenerThatThrowsGoesOn() throws Exception {
        try (Subscription _ =
                endpoint.subscribe(
                        "news",
                        message -> {
                            if (message.event().equals("bad")) {
                                throw new IllegalStateException("planted");
                            }
                            heard.add(message);
                        })) {
            endpoint.broadcast("news", "bad", Map.of());
            endpoint.broadcast("news", "good", Map.of());
            assertThat(heard.take().event()).isEqualTo("good");
        }
    }

    @Test
    void aSlowListenerMissesWhatIsOverItsLimit() throws Exception {
        int over = 100;
        try (Subscription _ =
                endpoint.subscribe(
                        "news",
                        message -> {
                            try {
                                server.bench.waitAtGate();
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                            heard.add(message);
                        })) {
            endpoint.broadcast("news", "n", number(-1));
            server.bench.arrived.acquire();
            for (int i = 0; i < Limit.LISTENER_WAITING_MAX.defaultValue() + over; i++) {
                endpoint.broadcast("news", "n", number(i));
            }
            server.bench.gate.release(Limit.LISTENER_WAITING_MAX.defaultValue());
            for (int i = -1; i < Limit.LISTENER_WAITING_MAX.defaultValue() - 1; i++) {
                assertThat(heard.take().payload().as(Counted.class)).isEqualTo(new Counted(i));
            }
            assertThat(heard).isEmpty();
        }
    }

    @Test
    void aSubscriptionDoesNotHearItself() throws Exception {
        MemoryClient client = server.joined(Wire.V2, ROOM);
        try (Subscription subscription = endpoint.subscribe(ROOM, heard::add)) {
            endpoint.broadcastFrom(subscription, ROOM, "mine", Map.of());
            endpoint.broadcast(ROOM, "all", Map.of());
            assertThat(heard.take().event()).isEqualTo("all");
        }
        assertThat(client.next()).isEqualTo(Wire.V2.broadcast(ROOM, "mine", "{}"));
        assertThat(client.next()).isEqualTo(Wire.V2.broadcast(ROOM, "all", "{}"));
    }

    @Test
    void aBroadcastFromAChannelLeavesItsClientOut() throws Exception {
        MemoryClient client = server.joined(Wire.V2, ROOM);
        Process channel = server.bench.channels.take().self();
        MemoryClient other = server.joined(Wire.V2, ROOM);
        endpoint.broadcastFrom(channel, ROOM, "from", Map.of());
        endpoint.broadcast(ROOM, "all", Map.of());
        assertThat(client.next()).isEqualTo(Wire.V2.broadcast(ROOM, "all", "{}"));
        assertThat(other.next()).isEqualTo(Wire.V2.broadcast(ROOM, "from", "{}"));
    }

    @Test
    void localBroadcastsReachThisNode() throws Exception {
        MemoryClient client = server.joined(Wire.V2, ROOM);
        MemoryClient other = server.joined(Wire.V2, ROOM);
        try (Subscription _ = endpoint.subscribe(ROOM, heard::add)) {
            endpoint.broadcastLocal(ROOM, "near", Map.of());
            assertThat(heard.take().event()).isEqualTo("near");
        }
        assertThat(client.next()).isEqualTo(Wire.V2.broadcast(ROOM, "near", "{}"));
        assertThat(other.next()).isEqualTo(Wire.V2.broadcast(ROOM, "near", "{}"));
        client.send(Wire.V2.message("1", "2", ROOM, "local", "{}"));
        assertThat(other.next()).isEqualTo(Wire.V2.broadcast(ROOM, "msg", "{}"));
        assertThat(client.next()).isEqualTo(Wire.V2.broadcast(ROOM, "msg", "{}"));
        assertThat(client.next()).contains("phx_reply");
        client.send(Wire.V2.message("1", "3", ROOM, "local-from", "{}"));
        assertThat(other.next()).isEqualTo(Wire.V2.broadcast(ROOM, "msg", "{}"));
        assertThat(client.next()).contains("phx_reply");
    }
}
