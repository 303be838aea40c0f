package dev.myriad.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.myriad.net.memory.MemoryClient;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The table "Protocol state machine" of Phoenix Channels, row by row, in both versions of the
 * format.
 */
@ParameterizedClass
@EnumSource(Wire.class)
@Timeout(60)
class StateMachineTest {
    private static final String UNMATCHED = "{\"reason\":\"unmatched topic\"}";
    private static final String ROOM = "room:lobby";

    private final Wire wire;
    private final LabServer server = new LabServer();

    StateMachineTest(Wire wire) {
        this.wire = wire;
    }

    @AfterEach
    void close() {
        server.close();
    }

    /** In V1 the server's messages show no join ref, so those that carry it as ref show that. */
    private String closed(String topic, String joinRef) {
        return wire.received(joinRef, joinRef, topic, "phx_close", "{}");
    }

    private String crashed(String topic, String joinRef) {
        return wire.received(
                joinRef, joinRef, topic, "phx_error", "{\"reason\":\"channel_crash\"}");
    }

    private void heartbeat(MemoryClient client, String ref) {
        client.send(wire.message(null, ref, "phoenix", "heartbeat", "{}"));
        assertThat(client.next()).isEqualTo(wire.reply(null, ref, "phoenix", "ok", "{}"));
    }

    private void echo(MemoryClient client, String joinRef, String ref, String topic) {
        client.send(wire.message(joinRef, ref, topic, "echo", "{\"n\":1}"));
        assertThat(client.next()).isEqualTo(wire.reply(joinRef, ref, topic, "ok", "{\"n\":1}"));
    }

    @Test
    void heartbeat() {
        heartbeat(server.client(wire), "7");
    }

    @Test
    void joinOk() {
        MemoryClient client = server.client(wire);
        client.send(wire.message("1", "2", ROOM, "phx_join", "{\"token\":\"t\"}"));
        assertThat(client.next()).isEqualTo(wire.reply("1", "2", ROOM, "ok", "{\"token\":\"t\"}"));
        assertThat(server.endpoint.stats().joins()).isEqualTo(1);
        assertThat(server.endpoint.stats().channels()).isEqualTo(1);
    }

    @Test
    void joinOkWithResponse() {
        MemoryClient client = server.client(wire);
        client.send(wire.message("1", "1", "room:greeting", "phx_join", "{}"));
        assertThat(client.next())
                .isEqualTo(
                        wire.reply(
                                "1", "1", "room:greeting", "ok", "{\"hello\":\"room:greeting\"}"));
    }

    @Test
    void joinRefused() {
        MemoryClient client = server.client(wire);
        client.send(wire.message("1", "1", "room:refused", "phx_join", "{}"));
        assertThat(client.next())
                .isEqualTo(wire.reply("1", "1", "room:refused", "error", "{\"reason\":\"no\"}"));
        client.send(wire.message("1", "2", "room:refused", "echo", "{}"));
        assertThat(client.next())
                .isEqualTo(wire.reply(null, "2", "room:refused", "error", UNMATCHED));
        assertThat(server.endpoint.stats().joinsRefused()).isEqualTo(1);
    }

    @Test
    void joinCrashed() {
        for (String topic :
                new String[] {"room:crash", "room:no-object", "room:too-early", "broken"}) {
            MemoryClient client = server.client(wire);
            client.send(wire.message("1", "1", topic, "phx_join", "{}"));
            assertThat(client.next())
                    .isEqualTo(
                            wire.reply("1", "1", topic, "error", "{\"reason\":\"join crashed\"}"));
            heartbeat(client, "2");
        }
        assertThat(server.endpoint.stats().joinsRefused()).isEqualTo(4);
        assertThat(server.endpoint.stats().topics()).isZero();
    }

    @Test
    void joinUnmatchedTopic() {
        MemoryClient client = server.client(wire);
        client.send(wire.message("1", "2", "unknown", "phx_join", "{}"));
        assertThat(client.next()).isEqualTo(wire.reply(null, "2", "unknown", "error", UNMATCHED));
    }

    @Test
    void eventOnATopicNotJoined() {
        MemoryClient client = server.client(wire);
        client.send(wire.message("1", "2", ROOM, "echo", "{}"));
        assertThat(client.next()).isEqualTo(wire.reply(null, "2", ROOM, "error", UNMATCHED));
        client.send(wire.message(null, "3", "phoenix", "other", "{}"));
        assertThat(client.next()).isEqualTo(wire.reply(null, "3", "phoenix", "error", UNMATCHED));
    }

    @Test
    void leaveNotJoined() {
        MemoryClient client = server.client(wire);
        client.send(wire.message("1", "2", ROOM, "phx_leave", "{}"));
        assertThat(client.next()).isEqualTo(wire.reply("1", "2", ROOM, "ok", "{}"));
    }

    @Test
    void leaveJoined() {
        MemoryClient client = server.joined(wire, ROOM);
        client.send(wire.message("1", "2", ROOM, "phx_leave", "{}"));
        assertThat(client.next()).isEqualTo(wire.reply("1", "2", ROOM, "ok", "{}"));
        assertThat(client.next()).isEqualTo(closed(ROOM, "1"));
        assertThat(server.bench.ends.poll()).isEqualTo("room:lobby left");
        await().until(() -> server.endpoint.stats().topics() == 0);
        assertThat(server.endpoint.stats().channels()).isZero();
    }

    @Test
    void leaveAndJoinAgainAtOnce() {
        MemoryClient client = server.joined(wire, ROOM);
        client.send(wire.message("1", "2", ROOM, "phx_leave", "{}"));
        client.send(wire.message("3", "3", ROOM, "phx_join", "{}"));
        assertThat(client.next()).isEqualTo(wire.reply("1", "2", ROOM, "ok", "{}"));
        assertThat(client.next()).isEqualTo(closed(ROOM, "1"));
        assertThat(client.next()).isEqualTo(wire.reply("3", "3", ROOM, "ok", "{}"));
        echo(client, "3", "4", ROOM);
    }

    @Test
    void duplicateJoin() {
        MemoryClient client = server.joined(wire, ROOM);
        client.send(wire.message("1", "2", ROOM, "count", "{}"));
        assertThat(client.next()).isEqualTo(wire.reply("1", "2", ROOM, "ok", "{\"count\":1}"));
        client.send(wire.message("3", "3", ROOM, "phx_join", "{}"));
        assertThat(client.next()).isEqualTo(wire.reply("3", "3", ROOM, "ok", "{}"));
        assertThat(client.next()).isEqualTo(closed(ROOM, "1"));
        assertThat(server.bench.ends.poll()).isEqualTo("room:lobby duplicate join");

        client.send(wire.message("3", "4", ROOM, "count", "{}"));
        assertThat(client.next()).isEqualTo(wire.reply("3", "4", ROOM, "ok", "{\"count\":1}"));
        server.endpoint.broadcast(ROOM, "msg", Map.of());
        assertThat(client.next()).isEqualTo(wire.broadcast(ROOM, "msg", "{}"));
        assertThat(server.endpoint.stats().channels()).isEqualTo(1);
    }

    @Test
    void threeJoinsInOneBreath() {
        MemoryClient client = server.client(wire);
        for (String ref : new String[] {"1", "2", "3"}) {
            client.send(wire.message(ref, ref, ROOM, "phx_join", "{}"));
        }
        assertThat(client.next()).isEqualTo(wire.reply("1", "1", ROOM, "ok", "{}"));
        assertThat(client.next()).isEqualTo(wire.reply("2", "2", ROOM, "ok", "{}"));
        assertThat(client.next()).isEqualTo(closed(ROOM, "1"));
        assertThat(client.next()).isEqualTo(wire.reply("3", "3", ROOM, "ok", "{}"));
        assertThat(client.next()).isEqualTo(closed(ROOM, "2"));
        echo(client, "3", "4", ROOM);
        assertThat(server.endpoint.stats().channels()).isEqualTo(1);
    }

    @Test
    void duplicateJoinWaitsForTheOldChannelsHandler() throws Exception {
        MemoryClient client = server.joined(wire, ROOM);
        client.send(wire.message("1", "2", ROOM, "slow", "{}"));
        server.bench.arrived.acquire();
        client.send(wire.message("3", "3", ROOM, "phx_join", "{}"));
        client.send(wire.message("3", "4", ROOM, "echo", "{}"));
        heartbeat(client, "5");
        server.bench.gate.release();
        assertThat(client.next()).isEqualTo(wire.reply("1", "2", ROOM, "ok", "{}"));
        assertThat(client.next()).isEqualTo(wire.reply("3", "3", ROOM, "ok", "{}"));
        assertThat(client.next()).isEqualTo(closed(ROOM, "1"));
        assertThat(client.next()).isEqualTo(wire.reply("3", "4", ROOM, "ok", "{}"));
    }

    @Test
    void duplicateJoinOfAChannelThatCrashes() throws Exception {
        MemoryClient client = server.joined(wire, ROOM);
        client.send(wire.message("1", "2", ROOM, "crash", "{}"));
        client.send(wire.message("3", "3", ROOM, "phx_join", "{}"));
        assertThat(client.next()).isEqualTo(crashed(ROOM, "1"));
        assertThat(client.next()).isEqualTo(wire.reply("3", "3", ROOM, "ok", "{}"));
        echo(client, "3", "4", ROOM);
    }

    @Test
    void aStaleJoinRefIsAnsweredAndReachesNoChannel() {
        MemoryClient client = server.joined(wire, ROOM);
        client.send(wire.message("0", "2", ROOM, "echo", "{}"));
        String unmatched = "{\"reason\":\"unmatched topic\"}";
        assertThat(client.next()).isEqualTo(wire.reply("0", "2", ROOM, "error", unmatched));
        client.send(wire.message("0", "3", ROOM, "phx_leave", "{}"));
        assertThat(client.next()).isEqualTo(wire.reply("0", "3", ROOM, "ok", "{}"));
        client.send(wire.message("0", null, ROOM, "echo", "{}"));
        client.send(wire.message("0", null, ROOM, "phx_leave", "{}"));
        echo(client, "1", "4", ROOM);
        assertThat(client.waiting()).isZero();
    }

    @Test
    void noJoinRefIsAccepted() {
        MemoryClient client = server.joined(wire, ROOM);
        client.send(wire.message(null, "2", ROOM, "echo", "{}"));
        assertThat(client.next()).isEqualTo(wire.reply("1", "2", ROOM, "ok", "{}"));
        client.send(wire.message(null, "3", ROOM, "phx_leave", "{}"));
        assertThat(client.next()).isEqualTo(wire.reply("1", "3", ROOM, "ok", "{}"));
        assertThat(client.next()).isEqualTo(closed(ROOM, "1"));
    }

    @Test
    void aClientWithoutAnyJoinRef() {
        MemoryClient client = server.client(wire);
        client.send(wire.message(null, "1", ROOM, "phx_join", "{}"));
        assertThat(client.next()).isEqualTo(wire.reply(null, "1", ROOM, "ok", "{}"));
        echoWithoutJoinRef(client);
        client.send(wire.message(null, "3", ROOM, "phx_leave", "{}"));
        assertThat(client.next()).isEqualTo(wire.reply(null, "3", ROOM, "ok", "{}"));
        assertThat(client.next()).isEqualTo(wire.received(null, null, ROOM, "phx_close", "{}"));
    }

    private void echoWithoutJoinRef(MemoryClient client) {
        client.send(wire.message(null, "2", ROOM, "echo", "{\"n\":1}"));
        assertThat(client.next()).isEqualTo(wire.reply(null, "2", ROOM, "ok", "{\"n\":1}"));
    }

    @Test
    void crash() {
        MemoryClient client = server.joined(wire, ROOM);
        MemoryClient neighbour = server.joined(wire, ROOM);
        server.join(client, wire, "2", "room:other");
        client.send(wire.message("1", "3", ROOM, "crash", "{}"));
        assertThat(client.next()).isEqualTo(crashed(ROOM, "1"));
        assertThat(server.bench.ends).isEmpty();
        assertThat(server.endpoint.stats().crashes()).isEqualTo(1);

        echo(client, "2", "4", "room:other");
        echo(neighbour, "1", "2", ROOM);
        server.join(client, wire, "5", ROOM);
        echo(client, "5", "6", ROOM);
    }

    @Test
    void aReplyThatIsNoObjectIsACrash() {
        MemoryClient client = server.joined(wire, ROOM);
        client.send(wire.message("1", "2", ROOM, "no-object", "{}"));
        assertThat(client.next()).isEqualTo(crashed(ROOM, "1"));
    }

    @Test
    void gracefulStop() {
        MemoryClient client = server.joined(wire, ROOM);
        client.send(wire.message("1", "2", ROOM, "stop", "{}"));
        assertThat(client.next()).isEqualTo(closed(ROOM, "1"));
        assertThat(server.bench.ends.poll()).isEqualTo("room:lobby done");

        server.join(client, wire, "3", ROOM);
        client.send(wire.message("3", "4", ROOM, "stop-reply", "{\"bye\":1}"));
        assertThat(client.next()).isEqualTo(wire.reply("3", "4", ROOM, "ok", "{\"bye\":1}"));
        assertThat(client.next()).isEqualTo(closed(ROOM, "3"));
    }

    @Test
    void tooManyChannels() {
        MemoryClient client = server.client(wire);
        for (int i = 1; i <= 5; i++) {
            server.join(client, wire, "" + i, "room:" + i);
        }
        client.send(wire.message("6", "6", "room:6", "phx_join", "{}"));
        assertThat(client.next())
                .isEqualTo(
                        wire.reply(
                                "6",
                                "6",
                                "room:6",
                                "error",
                                "{\"reason\":\"too many channels joined\"}"));
        for (int i = 1; i <= 5; i++) {
            echo(client, "" + i, "1" + i, "room:" + i);
        }
        client.send(wire.message("3", "7", "room:3", "phx_leave", "{}"));
        assertThat(client.next()).isEqualTo(wire.reply("3", "7", "room:3", "ok", "{}"));
        assertThat(client.next()).isEqualTo(closed("room:3", "3"));
        heartbeat(client, "8"); // the shard has heard of the end, which was asked for before
        server.join(client, wire, "6", "room:6");
    }

    @Test
    void undecodable() {
        MemoryClient client = server.joined(wire, ROOM);
        client.send("{\"topic\"");
        assertThat(client.closeCode()).isEqualTo(1011);
        await().until(() -> server.endpoint.stats().topics() == 0);
    }

    // ---- joins run in the channel's own process

    @Test
    void aSlowJoinBlocksNeitherHeartbeatNorOtherChannels() throws Exception {
        MemoryClient client = server.client(wire);
        client.send(wire.message("1", "1", "room:slow", "phx_join", "{}"));
        server.bench.arrived.acquire();
        heartbeat(client, "2");
        server.join(client, wire, "3", ROOM);
        echo(client, "3", "4", ROOM);
        server.bench.gate.release();
        assertThat(client.next()).isEqualTo(wire.reply("1", "1", "room:slow", "ok", "{}"));
    }

    @Test
    void eventsWaitForASlowJoin() throws Exception {
        MemoryClient client = server.client(wire);
        client.send(wire.message("1", "1", "room:slow", "phx_join", "{}"));
        server.bench.arrived.acquire();
        for (int i = 2; i < 10; i++) {
            client.send(wire.message("1", "" + i, "room:slow", "count", "{}"));
        }
        heartbeat(client, "10");
        server.bench.gate.release();
        assertThat(client.next()).isEqualTo(wire.reply("1", "1", "room:slow", "ok", "{}"));
        for (int i = 2; i < 10; i++) {
            assertThat(client.next())
                    .isEqualTo(
                            wire.reply(
                                    "1", "" + i, "room:slow", "ok", "{\"count\":" + (i - 1) + "}"));
        }
    }

    @Test
    void eventsThatWaitedForAFailedJoinFindTheTopicUnmatched() throws Exception {
        MemoryClient client = server.client(wire);
        client.send(wire.message("1", "1", "room:slow-refused", "phx_join", "{}"));
        server.bench.arrived.acquire();
        client.send(wire.message("1", "2", "room:slow-refused", "echo", "{}"));
        client.send(wire.message("1", "3", "room:slow-refused", "phx_leave", "{}"));
        heartbeat(client, "4");
        server.bench.gate.release();
        assertThat(client.next())
                .isEqualTo(
                        wire.reply("1", "1", "room:slow-refused", "error", "{\"reason\":\"no\"}"));
        assertThat(client.next())
                .isEqualTo(wire.reply(null, "2", "room:slow-refused", "error", UNMATCHED));
        assertThat(client.next()).isEqualTo(wire.reply("1", "3", "room:slow-refused", "ok", "{}"));
    }

    @Test
    void leaveWaitsForASlowJoin() throws Exception {
        MemoryClient client = server.client(wire);
        client.send(wire.message("1", "1", "room:slow", "phx_join", "{}"));
        server.bench.arrived.acquire();
        client.send(wire.message("1", "2", "room:slow", "phx_leave", "{}"));
        heartbeat(client, "3");
        server.bench.gate.release();
        assertThat(client.next()).isEqualTo(wire.reply("1", "1", "room:slow", "ok", "{}"));
        assertThat(client.next()).isEqualTo(wire.reply("1", "2", "room:slow", "ok", "{}"));
        assertThat(client.next()).isEqualTo(closed("room:slow", "1"));
    }

    @Test
    void duplicateJoinDuringASlowOne() throws Exception {
        MemoryClient client = server.client(wire);
        client.send(wire.message("1", "1", "room:slow", "phx_join", "{}"));
        server.bench.arrived.acquire();
        client.send(wire.message("1", "2", "room:slow", "count", "{}"));
        client.send(wire.message("3", "3", "room:slow", "phx_join", "{}"));
        client.send(wire.message("3", "4", "room:slow", "count", "{}"));
        heartbeat(client, "5");
        server.bench.gate.release(2);
        assertThat(client.next()).isEqualTo(wire.reply("1", "1", "room:slow", "ok", "{}"));
        assertThat(client.next())
                .isEqualTo(wire.reply("1", "2", "room:slow", "ok", "{\"count\":1}"));
        assertThat(client.next()).isEqualTo(wire.reply("3", "3", "room:slow", "ok", "{}"));
        assertThat(client.next()).isEqualTo(closed("room:slow", "1"));
        assertThat(client.next())
                .isEqualTo(wire.reply("3", "4", "room:slow", "ok", "{\"count\":1}"));
    }

    @Test
    void duplicateJoinDuringOneThatIsRefused() throws Exception {
        MemoryClient client = server.client(wire);
        for (String ref : new String[] {"1", "2"}) {
            client.send(wire.message(ref, ref, "room:slow-refused", "phx_join", "{}"));
        }
        server.bench.gate.release(2);
        for (String ref : new String[] {"1", "2"}) {
            assertThat(client.next())
                    .isEqualTo(
                            wire.reply(
                                    ref, ref, "room:slow-refused", "error", "{\"reason\":\"no\"}"));
        }
        heartbeat(client, "3");
    }

    // ---- the end of a connection

    @Test
    void aConnectionThatEndsTakesItsChannelsAlong() {
        MemoryClient client = server.client(wire);
        for (int i = 1; i <= 5; i++) {
            server.join(client, wire, "" + i, "room:" + i);
        }
        client.send(wire.message("1", "6", "room:1", "listen", "{}"));
        assertThat(client.next()).isEqualTo(wire.reply("1", "6", "room:1", "ok", "{}"));
        assertThat(server.endpoint.stats().topics()).isEqualTo(6);
        client.vanish();
        await().until(() -> server.endpoint.stats().topics() == 0);
        assertThat(server.endpoint.stats().channels()).isZero();
        assertThat(server.bench.ends)
                .containsExactlyInAnyOrder(
                        "room:1 closed",
                        "room:2 closed",
                        "room:3 closed",
                        "room:4 closed",
                        "room:5 closed");
    }

    @Test
    void aConnectionThatEndsDuringAJoin() throws Exception {
        MemoryClient client = server.client(wire);
        client.send(wire.message("1", "1", "room:slow", "phx_join", "{}"));
        server.bench.arrived.acquire();
        client.send(wire.message("2", "2", "room:slow", "phx_join", "{}"));
        client.vanish();
        assertThat(client.closeCode()).isEqualTo(1006);
        server.bench.gate.release();
        assertThat(server.bench.ends.take()).isEqualTo("room:slow duplicate join");
        server.bench.gate.release();
        assertThat(server.bench.ends.take()).isEqualTo("room:slow closed");
        await().until(() -> server.endpoint.stats().topics() == 0);
        assertThat(server.endpoint.stats().channels()).isZero();
        assertThat(server.endpoint.stats().joins()).isEqualTo(2);
    }

    @Test
    void theServerClosesWith1012() {
        MemoryClient client = server.joined(wire, ROOM);
        server.endpoint.close();
        assertThat(client.closeCode()).isEqualTo(1012);
        await().until(() -> server.endpoint.stats().topics() == 0);
    }
}
