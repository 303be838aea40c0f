package dev.myriad.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.myriad.net.memory.MemoryClient;
import dev.myriad.net.memory.MemoryTransport;
import dev.myriad.protocol.Payload;
import dev.myriad.protocol.PayloadException;
import dev.myriad.protocol.Serializer;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What channels and endpoints offer to users, beyond the protocol's state machine. */
@Timeout(60)
class ChannelTest {
    private static final String ROOM = "room:lobby";

    private final LabServer server = new LabServer();

    @AfterEach
    void close() {
        server.close();
    }

    private static String reply(String ref, String response) {
        return Wire.V2.reply("1", ref, ROOM, "ok", response);
    }

    private static void send(MemoryClient client, String ref, String event, String payload) {
        client.send(Wire.V2.message("1", ref, ROOM, event, payload));
    }

    @Test
    void repliesOfEveryKind() {
        MemoryClient client = server.joined(Wire.V2, ROOM);
        send(client, "2", "silent", "{}");
        send(client, "3", "refuse", "{}");
        send(client, "4", "odd", "{}");
        assertThat(client.next())
                .isEqualTo(Wire.V2.reply("1", "3", ROOM, "error", "{\"reason\":\"no\"}"));
        assertThat(client.next()).isEqualTo(Wire.V2.reply("1", "4", ROOM, "maybe", "{}"));
    }

    @Test
    void payloadsAreReadAsRecords() {
        MemoryClient client = server.joined(Wire.V2, ROOM);
        send(client, "2", "sum", "{\"a\":1,\"b\":2}");
        assertThat(client.next()).isEqualTo(reply("2", "{\"sum\":3}"));
    }

    @Test
    void payloadsPassThroughUntouched() {
        MemoryClient client = server.joined(Wire.V2, ROOM);
        String odd = "{ \"n\" : 1.0e+2 , \"s\":\"\\u0041\" }";
        send(client, "2", "echo", odd);
        assertThat(client.next()).isEqualTo(reply("2", odd));
    }

    @Test
    void whoSendsFasterThanItIsHandledIsClosed() throws Exception {
        MemoryClient client = server.client(Wire.V2);
        MemoryClient other = server.joined(Wire.V2, ROOM);
        client.send(Wire.V2.message("1", "1", "room:slow", "phx_join", "{}"));
        server.bench.arrived.acquire();
        String large = "{\"x\":\"" + "x".repeat(100_000) + "\"}";
        for (int i = 0; i < 50; i++) { // 5 MB, and 4 may wait
            client.send(Wire.V2.message("1", "2", "room:slow", "echo", large));
        }
        assertThat(client.closeCode()).isEqualTo(1008);
        send(other, "2", "echo", "{}");
        assertThat(other.next()).isEqualTo(reply("2", "{}"));
    }

    @Test
    void joinsOfOneTopicDoNotPileUp() throws Exception {
        MemoryClient client = server.client(Wire.V2);
        client.send(Wire.V2.message("1", "1", "room:slow", "phx_join", "{}"));
        server.bench.arrived.acquire();
        for (int i = 2; i < 20; i++) {
            client.send(Wire.V2.message("" + i, "" + i, "room:slow", "phx_join", "{}"));
        }
        String refused = "{\"reason\":\"too many joins under way\"}";
        for (int i = 9; i < 20; i++) {
            assertThat(client.next())
                    .isEqualTo(Wire.V2.reply("" + i, "" + i, "room:slow", "error", refused));
        }
    }

    @Test
    void noMoreThanSomeMegabytesOfJoinsWaitForOneTopic() throws Exception {
        MemoryClient client = server.client(Wire.V2);
        String large = "{\"x\":\"" + "x".repeat((1 << 20) - 100) + "\"}";
        client.send(Wire.V2.message("1", "1", "room:slow", "phx_join", large));
        server.bench.arrived.acquire();
        for (int i = 2; i < 6; i++) {
            client.send(Wire.V2.message("" + i, "" + i, "room:slow", "phx_join", large));
        }
        String refused = "{\"reason\":\"too many joins under way\"}";
        assertThat(client.next()).isEqualTo(Wire.V2.reply("5", "5", "room:slow", "error", refused));
    }

    @Test
    void pushReachesThisClientOnly() {
        MemoryClient client = server.joined(Wire.V2, ROOM);
        MemoryClient other = server.joined(Wire.V2, ROOM);
        send(client, "2", "push", "{\"x\":1}");
        assertThat(client.next()).isEqualTo("[\"1\",null,\"room:lobby\",\"pushed\",{\"x\":1}]");
        send(other, "2", "echo", "{}");
        assertThat(other.next()).isEqualTo(reply("2", "{}"));
    }

    @Test
    void broadcastReachesAllVersions() {
        MemoryClient v2 = server.joined(Wire.V2, ROOM);
        MemoryClient v1 = server.joined(Wire.V1, ROOM);
        send(v2, "2", "pub", "{\"x\":1}");
        assertThat(v2.next()).isEqualTo(Wire.V2.broadcast(ROOM, "msg", "{\"x\":1}"));
        assertThat(v2.next()).isEqualTo(reply("2", "{}"));
        assertThat(v1.next()).isEqualTo(Wire.V1.broadcast(ROOM, "msg", "{\"x\":1}"));
    }

    @Test
    void broadcastFromLeavesTheSenderOut() {
        MemoryClient sender = server.joined(Wire.V2, ROOM);
        MemoryClient other = server.joined(Wire.V2, ROOM);
        send(sender, "2", "from", "{\"x\":1}");
        assertThat(sender.next()).isEqualTo(reply("2", "{}"));
        assertThat(other.next()).isEqualTo(Wire.V2.broadcast(ROOM, "msg", "{\"x\":1}"));
    }

    @Test
    void binaryPayloads() {
        MemoryClient client = server.joined(Wire.V2, ROOM);
        MemoryClient v1 = server.joined(Wire.V1, ROOM);
        // push: kind 0, join_ref "1", ref "2", topic, event "pub", data 0xff 0x00
        byte[] topic = ROOM.getBytes(StandardCharsets.US_ASCII);
        byte[] message = new byte[5 + 2 + topic.length + 3 + 2];
        byte[] header = {0, 1, 1, (byte) topic.length, 3, '1', '2'};
        System.arraycopy(header, 0, message, 0, header.length);
        System.arraycopy(topic, 0, message, 7, topic.length);
        byte[] rest = {'p', 'u', 'b', (byte) 0xff, 0};
        System.arraycopy(rest, 0, message, 7 + topic.length, rest.length);
        client.send(message);
        String room = HexFormat.of().formatHex(topic);
        assertThat(client.next()).isEqualTo("020a03" + room + "6d7367" + "ff00");
        assertThat(client.next()).isEqualTo(reply("2", "{}"));
        // V1 knows no binary: the message passes it by, and the next one does not
        send(client, "3", "pub", "{}");
        assertThat(v1.next()).isEqualTo(Wire.V1.broadcast(ROOM, "msg", "{}"));
        assertThat(server.endpoint.pubSub().unencodable()).isEqualTo(1);
    }

    @Test
    void theProgramBroadcasts() {
        MemoryClient client = server.joined(Wire.V2, ROOM);
        server.endpoint.broadcast(ROOM, "notice", Map.of("text", "hello"));
        assertThat(client.next())
                .isEqualTo(Wire.V2.broadcast(ROOM, "notice", "{\"text\":\"hello\"}"));
        server.endpoint.broadcast("room:empty", "notice", Payload.EMPTY);
        assertThat(server.endpoint.stats().broadcasts()).isEqualTo(2);
        assertThatThrownBy(() -> server.endpoint.broadcast(ROOM, "notice", "text"))
                .isInstanceOf(PayloadException.class)
                .extracting("code")
                .isEqualTo(PayloadException.Code.NOT_AN_OBJECT);
    }

    @Test
    void mailAfterTheJoinFindsTheClientSubscribed() {
        MemoryClient client = server.joined(Wire.V2, "room:after-join");
        assertThat(client.next())
                .isEqualTo("[\"1\",null,\"room:after-join\",\"mail\",{\"text\":\"after join\"}]");
        assertThat(client.next()).isEqualTo(Wire.V2.broadcast("room:after-join", "present", "{}"));
    }

    @Test
    void aChannelListensToFurtherTopics() {
        MemoryClient client = server.joined(Wire.V2, ROOM);
        send(client, "2", "listen", "{}");
        assertThat(client.next()).isEqualTo(reply("2", "{}"));
        server.endpoint.broadcast("news", "flash", Map.of());
        assertThat(client.next()).isEqualTo("[\"1\",null,\"room:lobby\",\"news/flash\",{}]");
        send(client, "3", "deafen", "{}");
        assertThat(client.next()).isEqualTo(reply("3", "{}"));
        server.endpoint.broadcast("news", "flash", Map.of());
        send(client, "4", "echo", "{}");
        assertThat(client.next()).isEqualTo(reply("4", "{}"));
    }

    @Test
    void aCrashedChannelListensToNothing() {
        MemoryClient client = server.joined(Wire.V2, ROOM);
        send(client, "2", "listen", "{}");
        send(client, "3", "crash", "{}");
        assertThat(client.next()).isEqualTo(reply("2", "{}"));
        assertThat(client.next()).contains("phx_error");
        assertThat(server.endpoint.stats().topics()).isZero();
    }

    @Test
    void aSerializerHasAVersion() {
        SocketRoutes routes = new SocketRoutes(SocketPath.parse("/s"));
        assertThat(routes.serializers()).containsExactly(Serializer.V1, Serializer.V2);
        assertThat(routes.serializer(Serializer.V2).serializers())
                .containsExactly(Serializer.V2, Serializer.V1, Serializer.V2);
        Serializer nameless =
                (Serializer)
                        Proxy.newProxyInstance(
                                Serializer.class.getClassLoader(),
                                new Class<?>[] {Serializer.class},
                                (_, _, _) -> "three");
        assertThatThrownBy(() -> routes.serializer(nameless))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("three");
    }

    @Test
    void theFirstRouteThatMatchesServes() {
        ChannelRoute all =
                new ChannelRoute("room:*", () -> new Lab(server.bench), RouteOptions.DEFAULT);
        assertThat(all.pattern().matches("room:")).isTrue();
        assertThat(all.pattern().matches("room")).isFalse();
        ChannelRoute exact =
                new ChannelRoute(ROOM, () -> new Lab(server.bench), RouteOptions.DEFAULT);
        assertThat(exact.pattern().matches(ROOM)).isTrue();
        assertThat(exact.pattern().matches(ROOM + "x")).isFalse();
        Mount mount =
                new Mount(
                        List.of(exact, all),
                        Optional.empty(),
                        new OriginCheck.SameHost(),
                        List.of(),
                        new Expiry(Optional.empty(), Expiry.WARNING_DEFAULT),
                        new Front(
                                SocketPath.parse("/s"), "http", Optional.empty(), Optional.empty()),
                        (LocalEndpoint) server.endpoint);
        assertThat(mount.route(ROOM)).contains(exact);
        assertThat(mount.route("room:other")).contains(all);
        assertThat(mount.route("other")).isEmpty();
    }

    @Test
    void aFactoryMustMakeNewChannels() {
        Channel only = new Lab(server.bench);
        try (Endpoint endpoint =
                Endpoint.builder()
                        .socket("/s", socket -> socket.channel("*", () -> only))
                        .transport(app -> MemoryTransport.start(1, app))
                        .start()) {
            var transport = (MemoryTransport) endpoint.transport();
            for (String topic : new String[] {"a", "b"}) {
                MemoryClient client = transport.connect("/s/websocket?vsn=2.0.0");
                assertThat(client.status()).isEqualTo(101);
                client.send(Wire.V2.message("1", "1", topic, "phx_join", "{}"));
                String status = topic.equals("a") ? "ok" : "error";
                assertThat(client.next()).contains("\"status\":\"" + status + "\"");
            }
        }
    }

    @Test
    void upgrades() {
        assertThat(server.request("/socket/websocket").status()).isEqualTo(101); // V1
        assertThat(server.request("/socket/websocket?vsn=2.0.0").status()).isEqualTo(101);
        assertThat(server.request("/socket/websocket?vsn=3.0.0").status()).isEqualTo(403);
        assertThat(server.request("/socket").status()).isEqualTo(404);
        assertThat(server.request("/other/websocket").status()).isEqualTo(404);
    }

    @Test
    void theSubprotocolIsAnsweredWhenOffered() {
        String offer = "Sec-WebSocket-Protocol: phoenix, base64url.bearer.phx.dG9rZW4\r\n";
        assertThat(server.request("/socket/websocket", offer).subprotocol()).contains("phoenix");
        assertThat(server.request("/socket/websocket").subprotocol()).isEmpty();
    }

    @Test
    void connectDecidesAndAssigns() {
        assertThat(server.request("/guarded/websocket?vsn=2.0.0").status()).isEqualTo(403);
        assertThat(server.request("/guarded/websocket?vsn=2.0.0&user=crash").status())
                .isEqualTo(500);
        MemoryClient client = server.request("/guarded/websocket?vsn=2.0.0&user=ada");
        assertThat(client.status()).isEqualTo(101);
        server.join(client, Wire.V2, "1", ROOM);
        send(client, "2", "who", "{}");
        assertThat(client.next()).isEqualTo(reply("2", "{\"user\":\"ada\"}"));
        send(client, "3", "rename", "{}");
        assertThat(client.next()).isEqualTo(reply("3", "{\"user\":\"other\"}"));
        server.join(client, Wire.V2, "4", "room:other");
        client.send(Wire.V2.message("4", "5", "room:other", "who", "{}"));
        assertThat(client.next())
                .isEqualTo(Wire.V2.reply("4", "5", "room:other", "ok", "{\"user\":\"ada\"}"));
    }
}
