package dev.myriad.channels;

import dev.myriad.net.Drain;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.Limits;
import dev.myriad.net.NetConfig;
import dev.myriad.net.Transports;
import dev.myriad.protocol.Payload;
import dev.myriad.protocol.Serializer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The prototype. */
final class Rehearsal {
    private static final String PATH = "/rehearsal";
    private static final int CLIENTS = 48;

    private final Transports.Kind kind;
    private final int shards;
    private final Duration atMost;

    Rehearsal(Transports.Kind kind, int shards, Duration atMost) {
        this.kind = kind;
        this.shards = shards;
        this.atMost = atMost;
    }

    private LocalEndpoint stage() {
        SocketRoutes routes = new SocketRoutes(SocketPath.parse(PATH));
        routes.longPoll()
                .channel("first:*", RehearsalRoom.First::new)
                .channel("second:*", RehearsalRoom.Second::new)
                .channel("third:*", RehearsalRoom.Third::new);
        Limits limits = Limits.DEFAULT;
        NetConfig config = new NetConfig("127.0.0.1", 0, shards, limits);
        return new LocalEndpoint(
                List.of(routes),
                (_, _) -> HttpAnswer.text(200, "ready\n"),
                limits,
                JacksonCodec.SHARED,
                EndpointClock.system(),
                Optional.empty(),
                Drain.atOnce(1000).withProgress(_ -> {}),
                application -> Transports.start(kind, config, application));
    }

    void run() {
        long began = System.nanoTime();
        long until = began + atMost.toNanos();
        LocalEndpoint stage = stage();
        try {
            stage.start();
            InetSocketAddress at = stage.address();
            List<RehearsalClient> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(client(at, i));
            }
            int rounds = 0;
            long last = System.nanoTime();
            while (System.nanoTime() < until) {
                round(stage, clients);
                churn(at, 4);
                rounds++;
                if (rounds % 20 == 0) {
                    long now = System.nanoTime();
                    System.err.printf(
                            "%d rounds, %.2f s, %.2f ms each%n",
                            rounds, (now - began) / 1e9, (now - last) / 20e6);
                    last = now;
                }
            }
            System.err.printf("%d rounds%n", rounds);
            for (RehearsalClient client : clients) {
                client.close();
            }
        } catch (IOException e) {
            System.err.println("rehearsal: " + e);
        } finally {
            stage.close();
        }
        quiet(began);
    }

    private void quiet(long began) {
        long before = cpu();
        for (int i = 0; i < 40; i++) {
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                return;
            }
            long now = cpu();
            System.err.printf(
                    "%.2f s: cpu %d ms%n",
                    (System.nanoTime() - began) / 1e9, (now - before) / 1000000);
            if (now - before < 10_000_000) return;
            before = now;
        }
    }

    private static long cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
    }

    private RehearsalClient client(InetSocketAddress at, int i) throws IOException {
        String topic = List.of("first:a", "second:a", "third:a").get(i % 3);
        RehearsalClient client =
                new RehearsalClient(at, PATH, i % 4 == 3 ? Serializer.V1 : Serializer.V2, topic);
        client.send(client.message("phx_join"));
        client.await(i % 3 == 1 ? 2 : 1);
        return client;
    }

    private void churn(InetSocketAddress at, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            RehearsalClient client = client(at, i);
            client.send(client.message(RehearsalRoom.ECHO));
            client.await(1);
            client.send(client.message("phx_leave"));
            client.await(2);
            client.close();
        }
    }

    private void round(Endpoint stage, List<RehearsalClient> clients) throws IOException {
        for (int i = 0; i < 8; i++) {
            each(clients, RehearsalRoom.ECHO);
        }
        each(clients, RehearsalRoom.COUNT);
        each(clients, RehearsalRoom.TELL);
        for (RehearsalClient client : clients) {
            client.send(client.heartbeat());
            client.send(client.binary(RehearsalRoom.ECHO));
        }
        for (RehearsalClient client : clients) {
            client.await(2);
        }
        for (int i = 0; i < 3; i++) {
            clients.get(i).send(clients.get(i).message(RehearsalRoom.SAY));
        }
        for (RehearsalClient client : clients) {
            client.await(1);
        }
        for (String topic : List.of("first:a", "second:a", "third:a")) {
            stage.broadcast(topic, "x", Payload.EMPTY);
        }
        for (RehearsalClient client : clients) {
            client.await(1);
        }
    }

    private void each(List<RehearsalClient> clients, String event) throws IOException {
        for (RehearsalClient client : clients) {
            client.send(client.message(event));
        }
        for (RehearsalClient client : clients) {
            client.await(1);
        }
    }
}
