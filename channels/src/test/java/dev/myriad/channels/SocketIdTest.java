package dev.myriad.channels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.net.memory.MemoryClient;
import dev.myriad.protocol.Serializer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that are found by who they belong to. */
@Timeout(60)
class SocketIdTest {
    private static final String ROOM = "room:lobby";

    private final LabServer server = new LabServer();

    @AfterEach
    void close() {
        server.close();
    }

    private MemoryClient connect(String user) {
        MemoryClient client = server.request("/guarded/websocket?vsn=2.0.0&user=" + user);
        assertThat(client.status()).isEqualTo(101);
        return client;
    }

    private void assertOpen(MemoryClient client) {
        client.send(Wire.V2.message(null, "9", "phoenix", "heartbeat", "{}"));
        assertThat(client.next()).isEqualTo(Wire.V2.reply(null, "9", "phoenix", "ok", "{}"));
    }

    @Test
    void allConnectionsOfAnIdAreClosed() throws Exception {
        MemoryClient phone = connect("ada");
        server.join(phone, Wire.V2, "1", ROOM);
        MemoryClient laptop = connect("ada"); // without a channel
        MemoryClient other = connect("bob");
        MemoryClient nobody = connect("nobody");
        server.endpoint.disconnect("users:ada");
        assertThat(phone.closeCode()).isEqualTo(1001);
        assertThat(laptop.closeCode()).isEqualTo(1001);
        assertThat(server.bench.ends.take()).isEqualTo(ROOM + " closed");
        assertOpen(other);
        assertOpen(nobody);
        server.endpoint.disconnect("users:ada"); // of whom there is none any more
        server.endpoint.disconnect("users:bob");
        assertThat(other.closeCode()).isEqualTo(1001);
        assertOpen(connect("ada"));
    }

    @Test
    void theEventOfPhoenixDisconnects() {
        MemoryClient client = connect("ada");
        server.endpoint.broadcast("users:ada", "other", Map.of());
        assertOpen(client);
        server.endpoint.broadcast("users:ada", "disconnect", Map.of());
        assertThat(client.closeCode()).isEqualTo(1001);
    }

    @Test
    void channelsKnowTheId() {
        for (String user : List.of("ada", "nobody")) {
            MemoryClient client = connect(user);
            server.join(client, Wire.V2, "1", ROOM);
            client.send(Wire.V2.message("1", "2", ROOM, "id", "{}"));
            String id = user.equals("ada") ? "users:ada" : "none";
            assertThat(client.next())
                    .isEqualTo(Wire.V2.reply("1", "2", ROOM, "ok", "{\"id\":\"" + id + "\"}"));
        }
    }

    @Test
    void closedConnectionsAreForgottenInAnyOrder() {
        Mount mount =
                new Mount(
                        List.of(),
                        Optional.empty(),
                        new OriginCheck.SameHost(),
                        List.of(),
                        new Expiry(Optional.empty(), Expiry.WARNING_DEFAULT),
                        new Front(
                                SocketPath.parse("/s"), "http", Optional.empty(), Optional.empty()),
                        (LocalEndpoint) Endpoint.builder().build());
        for (long seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            List<IdentifiedSocket> open = new ArrayList<>();
            for (int step = 0; step < 200; step++) {
                if (open.isEmpty() || random.nextInt(5) < 3) {
                    IdentifiedSocket socket =
                            new IdentifiedSocket(mount, Serializer.V2, Map.of(), Optional.of("id"));
                    mount.ids().add("id", socket);
                    open.add(socket);
                } else {
                    mount.ids().remove("id", open.remove(random.nextInt(open.size())));
                }
                assertThat(mount.ids().all("id")).as("seed %d", seed).containsAll(open);
                assertThat(mount.ids().all("id")).hasSameSizeAs(open);
            }
            for (IdentifiedSocket socket : new ArrayDeque<>(open)) {
                mount.ids().remove("id", socket);
            }
            assertThat(mount.ids().size()).isZero();
        }
    }
}
