package dev.myriad.channels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import dev.myriad.net.memory.MemoryClient;
import dev.myriad.net.memory.MemoryTransport;
import java.util.Map;

/** An endpoint without a network that serves {@link Lab} channels. */
final class LabServer implements AutoCloseable {
    final Lab.Bench bench = new Lab.Bench();
    final Endpoint endpoint;
    private final MemoryTransport transport;

    LabServer() {
        endpoint =
                Endpoint.builder()
                        .limits(Limits.DEFAULT.with(Limit.CHANNELS_PER_CONNECTION_MAX, 5))
                        .socket(
                                "/socket",
                                socket ->
                                        socket.channel("room:*", () -> new Lab(bench))
                                                .channel("filtered:*", Filter::new)
                                                .channel("news", () -> new Lab(bench))
                                                .channel("broken", LabServer::broken))
                        .socket(
                                "/guarded/",
                                socket ->
                                        socket.channel("room:*", () -> new Lab(bench))
                                                .connect(
                                                        (params, info) ->
                                                                guard(
                                                                        params.getOrDefault(
                                                                                "user", ""))))
                        .transport(application -> MemoryTransport.start(2, application))
                        .start();
        transport = (MemoryTransport) endpoint.transport();
    }

    private static Channel broken() {
        throw new IllegalStateException("planted");
    }

    private static ConnectResult guard(String user) {
        return switch (user) {
            case "" -> ConnectResult.refused("who are you?");
            case "crash" -> throw new IllegalStateException("planted");
            case "nobody" -> ConnectResult.ok();
            default -> ConnectResult.ok(Map.of("user", user)).id("users:" + user);
        };
    }

    MemoryClient request(String target) {
        return transport.connect(target);
    }

    MemoryClient request(String target, String headers) {
        return transport.connect(target, headers);
    }

    MemoryClient client(Wire wire) {
        MemoryClient client = request("/socket/websocket?vsn=" + wire.vsn);
        assertThat(client.status()).isEqualTo(101);
        return client;
    }

    /** A client that has joined, with join ref and ref 1. */
    MemoryClient joined(Wire wire, String topic) {
        MemoryClient client = client(wire);
        join(client, wire, "1", topic);
        return client;
    }

    /** Joins with the same text as join ref and ref. */
    void join(MemoryClient client, Wire wire, String ref, String topic) {
        client.send(wire.message(ref, ref, topic, "phx_join", "{}"));
        assertThat(client.next()).isEqualTo(wire.reply(ref, ref, topic, "ok", "{}"));
    }

    @Override
    public void close() {
        bench.gate.release(1_000_000);
        endpoint.close();
    }
}
