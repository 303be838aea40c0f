package dev.myriad.channels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.net.memory.MemoryClient;
import dev.myriad.net.memory.MemoryTransport;
import dev.myriad.protocol.Payload;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is around the callbacks of an endpoint. */
@Timeout(60)
class AroundTest {
    private final List<String> seen = new CopyOnWriteArrayList<>();

    /** Writes down what passes, and says no to some. */
    private final class Kept implements Around {
        private final String name;

        Kept(String name) {
            this.name = name;
        }

        @Override
        public ConnectResult connect(Map<String, String> params, ConnectInfo info, Connect next)
                throws Exception {
            seen.add(name + " connect " + params.getOrDefault("user", "nobody"));
            return params.containsKey("banned")
                    ? ConnectResult.refused("banned")
                    : next.connect(params, info);
        }

        @Override
        public JoinResult join(Socket socket, String topic, Payload params, Join next)
                throws Exception {
            seen.add(name + " join " + topic);
            return topic.endsWith("secret")
                    ? JoinResult.error(Map.of("reason", "secret"))
                    : next.join(topic, params);
        }

        @Override
        public Result handleIn(
                Socket socket, String topic, String event, Payload payload, HandleIn next)
                throws Exception {
            seen.add(name + " " + event + " in " + topic);
            return next.handleIn(event.equals("twice") ? "count" : event, payload);
        }
    }

    private Endpoint.Builder builder(Lab.Bench bench) {
        return Endpoint.builder()
                .socket("/s", socket -> socket.channel("room:*", () -> new Lab(bench)))
                .transport(app -> MemoryTransport.start(1, app));
    }

    private static MemoryClient connect(Endpoint endpoint, String query) {
        return ((MemoryTransport) endpoint.transport()).connect("/s/websocket?vsn=2.0.0" + query);
    }

    @Test
    void eachCallbackIsPassedOn() {
        try (Endpoint endpoint = builder(new Lab.Bench()).around(new Kept("a")).start()) {
            MemoryClient client = connect(endpoint, "&user=ann");
            client.send(Wire.V2.message("1", "1", "room:a", "phx_join", "{}"));
            assertThat(client.next()).isEqualTo(Wire.V2.reply("1", "1", "room:a", "ok", "{}"));
            client.send(Wire.V2.message("1", "2", "room:a", "twice", "{}"));
            assertThat(client.next())
                    .isEqualTo(Wire.V2.reply("1", "2", "room:a", "ok", "{\"count\":1}"));
        }
        assertThat(seen).containsExactly("a connect ann", "a join room:a", "a twice in room:a");
    }

    @Test
    void itMayAnswerItself() {
        Lab.Bench bench = new Lab.Bench();
        try (Endpoint endpoint = builder(bench).around(new Kept("a")).start()) {
            assertThat(connect(endpoint, "&banned=1").status()).isEqualTo(403);
            MemoryClient client = connect(endpoint, "");
            client.send(Wire.V2.message("1", "1", "room:secret", "phx_join", "{}"));
            assertThat(client.next())
                    .isEqualTo(
                            Wire.V2.reply(
                                    "1", "1", "room:secret", "error", "{\"reason\":\"secret\"}"));
        }
    }

    @Test
    void theFirstAddedIsOutermost() {
        try (Endpoint endpoint =
                builder(new Lab.Bench())
                        .around(new Kept("a"))
                        .around(new Around() {})
                        .around(new Kept("b"))
                        .start()) {
            MemoryClient client = connect(endpoint, "");
            client.send(Wire.V2.message("1", "1", "room:a", "phx_join", "{}"));
            assertThat(client.next()).isEqualTo(Wire.V2.reply("1", "1", "room:a", "ok", "{}"));
        }
        assertThat(seen)
                .containsExactly(
                        "a connect nobody", "b connect nobody", "a join room:a", "b join room:a");
    }
}
