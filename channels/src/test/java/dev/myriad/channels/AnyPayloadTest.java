package dev.myriad.channels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.net.memory.MemoryClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** No JSON that a client may send costs it the connection. */
@ParameterizedClass
@EnumSource(Wire.class)
@Timeout(60)
class AnyPayloadTest {
    private static final String ROOM = "room:lobby";
    private static final String[] PAYLOADS = {"[1]", "\"x\"", "5", "null", "true", "[]"};

    private final Wire wire;
    private final LabServer server = new LabServer();

    AnyPayloadTest(Wire wire) {
        this.wire = wire;
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void isHandedOnInJoinsAndEventsAndNotLookedAtInHeartbeatsAndLeaves() {
        for (String payload : PAYLOADS) {
            MemoryClient client = server.client(wire);
            client.send(wire.message("1", "1", ROOM, "phx_join", payload));
            assertThat(client.next()).isEqualTo(wire.reply("1", "1", ROOM, "ok", payload));
            client.send(wire.message("1", "2", ROOM, "echo", payload));
            assertThat(client.next()).isEqualTo(wire.reply("1", "2", ROOM, "ok", payload));
            client.send(wire.message(null, "3", "phoenix", "heartbeat", payload));
            assertThat(client.next()).isEqualTo(wire.reply(null, "3", "phoenix", "ok", "{}"));
            client.send(wire.message("1", "4", ROOM, "phx_leave", payload));
            assertThat(client.next()).isEqualTo(wire.reply("1", "4", ROOM, "ok", "{}"));
        }
    }

    /** As in Phoenix, where a broadcast is a map or binary. */
    @Test
    void isNotBroadcastOrPushedUnlessItIsAnObject() {
        for (String event : new String[] {"pub", "from", "local", "local-from", "push"}) {
            MemoryClient client = server.joined(wire, ROOM);
            client.send(wire.message("1", "2", ROOM, event, "[1]"));
            assertThat(client.next()).contains("phx_error");
            server.join(client, wire, "3", ROOM);
            client.vanish();
        }
    }

    @Test
    void nestedTooDeeplyIsAnsweredAndCounted() {
        String deep = "[".repeat(129) + "]".repeat(129);
        String refusal = "{\"reason\":\"nested too deeply\"}";
        MemoryClient client = server.client(wire);
        client.send(wire.message("1", "1", ROOM, "phx_join", deep));
        assertThat(client.next()).isEqualTo(wire.reply("1", "1", ROOM, "error", refusal));
        server.join(client, wire, "2", ROOM);
        client.send(wire.message("2", "3", ROOM, "echo", deep));
        assertThat(client.next()).isEqualTo(wire.reply("2", "3", ROOM, "error", refusal));
        String allowed = "[".repeat(128) + "]".repeat(128);
        client.send(wire.message("2", "4", ROOM, "echo", allowed));
        assertThat(client.next()).isEqualTo(wire.reply("2", "4", ROOM, "ok", allowed));
        assertThat(server.endpoint.stats().limits()).containsEntry("jsonDepthMax", 2L);
        assertThat(server.endpoint.stats().joinsRefused()).isEqualTo(1);
    }

    @Test
    void whatIsNotJsonStillClosesTheConnection() {
        MemoryClient client = server.joined(wire, ROOM);
        client.send(wire.message("1", "2", ROOM, "echo", "[1"));
        assertThat(client.closeCode()).isEqualTo(1011);
    }
}
