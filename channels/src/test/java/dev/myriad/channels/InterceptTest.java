package dev.myriad.channels;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.myriad.net.memory.MemoryClient;
import dev.myriad.protocol.Payload;
import dev.myriad.protocol.PayloadException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Broadcasts that a channel looks at before its client gets them. */
@Timeout(60)
class InterceptTest {
    private static final String ROOM = "filtered:a";

    private final LabServer server = new LabServer();

    @AfterEach
    void close() {
        server.close();
    }

    private static String pushed(String event, String payload) {
        return "[\"1\",null,\"" + ROOM + "\",\"" + event + "\"," + payload + "]";
    }

    private void broadcast(String event) {
        server.endpoint.broadcast(ROOM, event, Map.of());
    }

    /** What the client has got until its channel had done all that was sent before. */
    private static List<String> received(MemoryClient client) {
        client.send(Wire.V2.message("1", "9", ROOM, "dropped?", "{}"));
        List<String> all = new ArrayList<>();
        while (true) {
            String next = client.next();
            if (next.contains("phx_reply")) {
                return all;
            }
            all.add(next);
        }
    }

    @Test
    void handleOutPushesChangesOrDrops() {
        MemoryClient client = server.joined(Wire.V2, ROOM);
        broadcast("same");
        broadcast("changed");
        broadcast("dropped");
        broadcast("same");
        assertThat(client.next()).isEqualTo(pushed("same", "{}"));
        assertThat(client.next()).isEqualTo(pushed("other", "{\"of\":\"" + ROOM + "\"}"));
        assertThat(client.next()).isEqualTo(pushed("same", "{}"));
        client.send(Wire.V2.message("1", "2", ROOM, "dropped?", "{}"));
        assertThat(client.next()).isEqualTo(Wire.V2.reply("1", "2", ROOM, "ok", "{\"dropped\":1}"));
    }

    @Test
    void whatIsNoObjectReachesNoInterceptor() {
        MemoryClient client = server.joined(Wire.V2, ROOM);
        Payload array = Payload.json("[1]".getBytes(UTF_8), JacksonCodec.SHARED);
        assertThatThrownBy(() -> server.endpoint.broadcast(ROOM, "same", array))
                .isInstanceOf(PayloadException.class);
        broadcast("same");
        assertThat(client.next()).isEqualTo(pushed("same", "{}"));
    }

    @Test
    void eachMessageComesOnce() {
        MemoryClient client = server.joined(Wire.V2, ROOM);
        MemoryClient v1 = server.joined(Wire.V1, ROOM);
        for (int i = 0; i < 100; i++) {
            broadcast("same");
            broadcast("plain");
        }
        List<String> all = received(client);
        assertThat(all).hasSize(200);
        assertThat(all.stream().filter(pushed("same", "{}")::equals)).hasSize(100);
        assertThat(all.stream().filter(Wire.V2.broadcast(ROOM, "plain", "{}")::equals))
                .hasSize(100);
        for (int i = 0; i < 200; i++) {
            assertThat(v1.next())
                    .isIn(
                            Wire.V1.broadcast(ROOM, "plain", "{}"),
                            Wire.V1.received("1", null, ROOM, "same", "{}"));
        }
    }

    @Test
    void interceptedMessagesKeepTheirOrder() {
        MemoryClient client = server.joined(Wire.V2, ROOM);
        for (int i = 0; i < 500; i++) {
            server.endpoint.broadcast(ROOM, "same", Map.of("i", i));
        }
        for (int i = 0; i < 500; i++) {
            assertThat(client.next()).isEqualTo(pushed("same", "{\"i\":" + i + "}"));
        }
    }

    @Test
    void theSenderIsLeftOut() {
        MemoryClient sender = server.joined(Wire.V2, ROOM);
        MemoryClient other = server.joined(Wire.V2, ROOM);
        sender.send(Wire.V2.message("1", "2", ROOM, "from", "{}"));
        assertThat(other.next()).isEqualTo(pushed("same", "{}"));
        assertThat(sender.next()).isEqualTo(Wire.V2.reply("1", "2", ROOM, "ok", "{}"));
        assertThat(received(sender)).isEmpty();
        sender.send(Wire.V2.message("1", "3", ROOM, "same", "{}"));
        assertThat(sender.next()).isEqualTo(Wire.V2.reply("1", "3", ROOM, "ok", "{}"));
        assertThat(sender.next()).isEqualTo(pushed("same", "{}"));
        assertThat(other.next()).isEqualTo(pushed("same", "{}"));
    }

    @Test
    void whatTheSenderDoesNotInterceptPrecedesItsReply() {
        MemoryClient sender = server.joined(Wire.V2, ROOM);
        MemoryClient other = server.joined(Wire.V2, ROOM);
        MemoryClient v1 = server.joined(Wire.V1, ROOM);
        sender.send(Wire.V2.message("1", "2", ROOM, "plain", "{}"));
        assertThat(sender.next()).isEqualTo(Wire.V2.broadcast(ROOM, "plain", "{}"));
        assertThat(sender.next()).isEqualTo(Wire.V2.reply("1", "2", ROOM, "ok", "{}"));
        assertThat(received(sender)).isEmpty();
        assertThat(other.next()).isEqualTo(Wire.V2.broadcast(ROOM, "plain", "{}"));
        assertThat(v1.next()).isEqualTo(Wire.V1.broadcast(ROOM, "plain", "{}"));
    }

    @Test
    void handleOutMayStopOrCrash() {
        MemoryClient stopping = server.joined(Wire.V2, ROOM);
        broadcast("stopping");
        assertThat(stopping.next()).contains("phx_close");
        MemoryClient crashing = server.joined(Wire.V2, ROOM);
        broadcast("crashing");
        assertThat(crashing.next()).contains("phx_error");
        assertThat(server.endpoint.stats().topics()).isZero();
        server.join(crashing, Wire.V2, "1", ROOM);
        broadcast("same");
        broadcast("same");
        assertThat(received(crashing)).hasSize(2);
        assertThat(stopping.waiting()).isZero();
    }

    @Test
    void whoJoinsAgainHearsOnce() {
        MemoryClient client = server.joined(Wire.V2, ROOM);
        server.join(client, Wire.V2, "1", ROOM);
        assertThat(client.next()).contains("phx_close");
        broadcast("same");
        broadcast("plain");
        assertThat(received(client)).hasSize(2);
    }

    @Test
    void whoLeavesHearsNothing() {
        MemoryClient client = server.joined(Wire.V2, ROOM);
        client.send(Wire.V2.message("1", "2", ROOM, "phx_leave", "{}"));
        assertThat(client.next()).contains("phx_reply");
        assertThat(client.next()).contains("phx_close");
        assertThat(server.endpoint.stats().topics()).isZero();
        broadcast("same");
        client.vanish();
        assertThat(client.closeCode()).isEqualTo(1006);
        assertThat(client.waiting()).isZero();
    }

    @Test
    void aChannelThatInterceptsNothingKeepsTheFastlane() {
        String topic = "filtered:open";
        MemoryClient client = server.joined(Wire.V2, topic);
        server.endpoint.broadcast(topic, "same", Map.of());
        assertThat(client.next()).isEqualTo(Wire.V2.broadcast(topic, "same", "{}"));
    }
}
