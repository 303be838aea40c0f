package dev.myriad.channels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.net.memory.MemoryClient;
import dev.myriad.net.memory.MemoryTransport;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Channels whose callbacks have a time limit. */
@Timeout(60)
class HandlerTimeoutTest {
    private final Lab.Bench bench = new Lab.Bench();
    private final Endpoint endpoint =
            Endpoint.builder()
                    .socket(
                            "/s",
                            socket ->
                                    socket.channel(
                                                    "short:*",
                                                    () -> new Lab(bench),
                                                    route ->
                                                            route.handlerTimeout(
                                                                    Duration.ofMillis(1_500)))
                                            .channel(
                                                    "long:*",
                                                    () -> new Lab(bench),
                                                    route ->
                                                            route.handlerTimeout(
                                                                    Duration.ofMinutes(1))))
                    .transport(application -> MemoryTransport.start(1, application))
                    .start();
    private final MemoryClient client =
            ((MemoryTransport) endpoint.transport()).connect("/s/websocket?vsn=2.0.0");

    @BeforeEach
    void connected() {
        assertThat(client.status()).isEqualTo(101);
    }

    @AfterEach
    void close() {
        bench.gate.release(1_000_000);
        endpoint.close();
    }

    private void join(String topic) {
        client.send(Wire.V2.message("1", "1", topic, "phx_join", "{}"));
        assertThat(client.next()).isEqualTo(Wire.V2.reply("1", "1", topic, "ok", "{}"));
    }

    private void send(String topic, String event) {
        client.send(Wire.V2.message("1", "2", topic, event, "{}"));
    }

    @Test
    void aHandlerThatWaitsTooLongEndsItsChannel() {
        join("short:a");
        join("long:a");
        send("short:a", "slow");
        assertThat(client.next())
                .isEqualTo(
                        "[\"1\",\"1\",\"short:a\",\"phx_error\","
                                + "{\"reason\":\"channel_crash\"}]");
        send("long:a", "echo");
        assertThat(client.next()).isEqualTo(Wire.V2.reply("1", "2", "long:a", "ok", "{}"));
        join("short:a");
        for (int i = 0; i < 1_000; i++) { // no interrupt was left behind
            send("short:a", "echo");
            assertThat(client.next()).isEqualTo(Wire.V2.reply("1", "2", "short:a", "ok", "{}"));
        }
        assertThat(endpoint.stats().crashes()).isEqualTo(1);
        assertThat(endpoint.stats().channels()).isEqualTo(2);
    }

    @Test
    void aJoinThatWaitsTooLongFails() {
        client.send(Wire.V2.message("1", "1", "short:slow", "phx_join", "{}"));
        assertThat(client.next())
                .isEqualTo(
                        Wire.V2.reply(
                                "1", "1", "short:slow", "error", "{\"reason\":\"join crashed\"}"));
        assertThat(endpoint.stats().channels()).isZero();
    }

    @Test
    void aHandlerInTimeIsLeftAlone() {
        join("long:a");
        bench.gate.release();
        send("long:a", "slow");
        assertThat(client.next()).isEqualTo(Wire.V2.reply("1", "2", "long:a", "ok", "{}"));
    }
}
