package dev.myriad.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.channels.Channel;
import dev.myriad.channels.Endpoint;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.net.memory.MemoryClient;
import dev.myriad.net.memory.MemoryTransport;
import dev.myriad.protocol.CloseCode;
import dev.myriad.protocol.Payload;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.dataformat.cbor.CBORMapper;

@Timeout(60)
class CborSerializerTest {
    private static final CBORMapper CBOR = new CBORMapper();
    private static final JsonMapper JSON = new JsonMapper();

    private final Endpoint endpoint =
            Endpoint.builder()
                    .socket(
                            "/socket",
                            socket ->
                                    socket.serializer(new CborSerializer())
                                            .channel("room:*", Room::new))
                    .transport(application -> MemoryTransport.start(1, application))
                    .start();

    /** Says how many letters a text has, and passes it on. */
    private static final class Room extends Channel {
        record Said(String text) {}

        @Override
        protected JoinResult join(String topic, Payload params) {
            return JoinResult.ok(params);
        }

        @Override
        protected Result handleIn(String event, Payload payload) {
            broadcast("said", payload);
            return Result.ok(
                    Map.of(
                            "letters",
                            payload.isBinary()
                                    ? payload.bytes().length
                                    : payload.as(Said.class).text().length()));
        }
    }

    @AfterEach
    void close() {
        endpoint.close();
    }

    private MemoryClient client(String vsn) {
        MemoryTransport transport = (MemoryTransport) endpoint.transport();
        return transport.connect("/socket/websocket?vsn=" + vsn);
    }

    private static void send(MemoryClient client, String json) {
        client.send(CBOR.writeValueAsBytes(JSON.readTree(json)));
    }

    /** What came, as JSON. */
    private static String next(MemoryClient client) {
        return CBOR.readTree(HexFormat.of().parseHex(client.next())).toString();
    }

    private MemoryClient joined() {
        MemoryClient client = client("3.0.1");
        send(client, "[\"1\",\"1\",\"room:a\",\"phx_join\",{\"n\":1}]");
        assertThat(next(client))
                .isEqualTo(
                        "[\"1\",\"1\",\"room:a\",\"phx_reply\","
                                + "{\"status\":\"ok\",\"response\":{\"n\":1}}]");
        return client;
    }

    private MemoryClient joinedByText() {
        MemoryClient client = client("2.0.0");
        client.send("[\"1\",\"1\",\"room:a\",\"phx_join\",{}]");
        assertThat(client.next()).contains("\"ok\"");
        return client;
    }

    @Test
    void clientsOfBothFormatsTalkToEachOther() {
        MemoryClient cbor = joined();
        MemoryClient text = joinedByText();
        send(cbor, "[\"1\",\"2\",\"room:a\",\"say\",{\"text\":\"hello\"}]");
        String said = "[null,null,\"room:a\",\"said\",{\"text\":\"hello\"}]";
        assertThat(next(cbor)).isEqualTo(said);
        assertThat(next(cbor))
                .isEqualTo(
                        "[\"1\",\"2\",\"room:a\",\"phx_reply\","
                                + "{\"status\":\"ok\",\"response\":{\"letters\":5}}]");
        assertThat(text.next()).isEqualTo(said);
        text.send("[\"1\",\"2\",\"room:a\",\"say\",{\"text\":\"good day\"}]");
        assertThat(next(cbor)).isEqualTo("[null,null,\"room:a\",\"said\",{\"text\":\"good day\"}]");
    }

    @Test
    void bytesStayBytes() {
        MemoryClient cbor = joined();
        MemoryClient text = joinedByText();
        ArrayNode message = CBOR.createArrayNode();
        message.add("1").add("2").add("room:a").add("say").add(new byte[] {1, 2});
        cbor.send(CBOR.writeValueAsBytes(message));
        assertThat(next(cbor)).isEqualTo("[null,null,\"room:a\",\"said\",\"AQI=\"]");
        assertThat(text.next())
                .isEqualTo(HexFormat.of().formatHex("\2\6\4room:asaid\1\2".getBytes(UTF_8)));
    }

    @Test
    void heartbeat() {
        MemoryClient client = client("3.0.0");
        send(client, "[null,\"1\",\"phoenix\",\"heartbeat\",{}]");
        assertThat(next(client))
                .isEqualTo(
                        "[null,\"1\",\"phoenix\",\"phx_reply\","
                                + "{\"status\":\"ok\",\"response\":{}}]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "[\"1\",\"2\",\"room:a\",\"say\",{},1]",
                "[\"1\",\"2\",\"room:a\",7,{}]"
            })
    void whatIsNoMessageEndsTheConnection(String json) {
        MemoryClient client = joined();
        send(client, json);
        assertThat(client.closeCode()).isEqualTo(CloseCode.INVALID_PAYLOAD);
    }

    @Test
    void aHeartbeatMayHaveAnyPayload() throws Exception {
        MemoryClient client = joined();
        send(client, "[null,\"1\",\"phoenix\",\"heartbeat\",[]]");
        assertThat(next(client)).contains("\"ok\"");
    }

    @Test
    void norDoesItTakeRubbishOrText() {
        MemoryClient rubbish = joined();
        rubbish.send(new byte[] {(byte) 0x9F, 1});
        assertThat(rubbish.closeCode()).isEqualTo(CloseCode.INVALID_PAYLOAD);
        MemoryClient text = joined();
        text.send("[]");
        assertThat(text.closeCode()).isEqualTo(CloseCode.UNSUPPORTED);
    }

    @Test
    void otherVersionsStayAsTheyAre() {
        assertThat(client("1.0.0").status()).isEqualTo(101);
        assertThat(client("2.0.0").status()).isEqualTo(101);
        assertThat(client("3.1.0").status()).isEqualTo(403);
    }
}
