package dev.myriad.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.myriad.net.memory.MemoryClient;
import dev.myriad.protocol.PayloadException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers that come later than the handler returns. */
@Timeout(60)
class SocketRefTest {
    private static final String ROOM = "room:lobby";

    private final LabServer server = new LabServer();

    @AfterEach
    void close() {
        server.close();
    }

    private static String reply(String ref, String status, String response) {
        return Wire.V2.reply("1", ref, ROOM, status, response);
    }

    private static void send(MemoryClient client, String ref, String event) {
        client.send(Wire.V2.message("1", ref, ROOM, event, "{}"));
    }

    @Test
    void answersFromAnotherThreadAfterOtherMessages() throws Exception {
        MemoryClient client = server.joined(Wire.V2, ROOM);
        send(client, "2", "later");
        send(client, "3", "echo");
        assertThat(client.next()).isEqualTo(reply("3", "ok", "{}"));
        SocketRef ref = server.bench.refs.take();
        ref.reply("ok", Map.of("found", 1));
        assertThat(client.next()).isEqualTo(reply("2", "ok", "{\"found\":1}"));
    }

    @Test
    void tellsWhatItAnswers() throws Exception {
        MemoryClient client = server.joined(Wire.V2, ROOM);
        send(client, "2", "later");
        assertThat(server.bench.refs.take())
                .hasToString(
                        "SocketRef[\"2\", channel "
                                + Lab.class.getName()
                                + " of \""
                                + ROOM
                                + "\"]");
    }

    @Test
    void answersOnce() throws Exception {
        MemoryClient client = server.joined(Wire.V2, ROOM);
        send(client, "2", "later");
        SocketRef ref = server.bench.refs.take();
        ref.reply("ok", Map.of());
        ref.reply("error", Map.of());
        ref.reply("maybe", Map.of());
        assertThat(client.next()).isEqualTo(reply("2", "ok", "{}"));
        send(client, "3", "echo");
        assertThat(client.next()).isEqualTo(reply("3", "ok", "{}"));
    }

    @Test
    void answersSeveralMessagesInAnyOrder() throws Exception {
        MemoryClient client = server.joined(Wire.V2, ROOM);
        send(client, "2", "later");
        send(client, "3", "later-renamed");
        send(client, "4", "later");
        SocketRef second = server.bench.refs.take();
        SocketRef third = server.bench.refs.take();
        SocketRef fourth = server.bench.refs.take();
        third.reply("ok", Map.of());
        fourth.reply("ok", Map.of());
        second.reply("ok", Map.of());
        assertThat(client.next()).isEqualTo(reply("3", "ok", "{}"));
        assertThat(client.next()).isEqualTo(reply("4", "ok", "{}"));
        assertThat(client.next()).isEqualTo(reply("2", "ok", "{}"));
    }

    @Test
    void isDroppedWhenTheChannelHasEnded() throws Exception {
        MemoryClient client = server.joined(Wire.V2, ROOM);
        send(client, "2", "later");
        send(client, "3", "phx_leave");
        assertThat(client.next()).isEqualTo(reply("3", "ok", "{}"));
        assertThat(client.next()).contains("phx_close");
        server.bench.refs.take().reply("ok", Map.of());
        server.join(client, Wire.V2, "1", ROOM);
        send(client, "4", "echo");
        assertThat(client.next()).isEqualTo(reply("4", "ok", "{}"));
    }

    @Test
    void isDroppedWhenTheConnectionHasEnded() throws Exception {
        MemoryClient client = server.joined(Wire.V2, ROOM);
        send(client, "2", "later");
        SocketRef ref = server.bench.refs.take();
        client.vanish();
        assertThat(server.bench.ends.take()).isEqualTo(ROOM + " closed");
        ref.reply("ok", Map.of());
        assertThat(client.waiting()).isZero();
    }

    @Test
    void thePayloadMustBeAnObject() throws Exception {
        MemoryClient client = server.joined(Wire.V2, ROOM);
        send(client, "2", "later");
        SocketRef ref = server.bench.refs.take();
        assertThatThrownBy(() -> ref.reply("ok", 1))
                .isInstanceOf(PayloadException.class)
                .extracting("code")
                .isEqualTo(PayloadException.Code.NOT_AN_OBJECT);
    }

    @Test
    void thereIsNoneOutsideOfHandleIn() {
        MemoryClient client = server.client(Wire.V2);
        client.send(Wire.V2.message("1", "1", "room:ref", "phx_join", "{}"));
        assertThat(client.next())
                .isEqualTo(
                        Wire.V2.reply(
                                "1", "1", "room:ref", "error", "{\"reason\":\"join crashed\"}"));
        assertThat(server.bench.refs).isEmpty();
    }
}
