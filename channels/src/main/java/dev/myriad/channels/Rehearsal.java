package dev.myriad.channels;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import dev.myriad.net.Application;
import dev.myriad.net.Drain;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import dev.myriad.net.Memory;
import dev.myriad.net.NetConfig;
import dev.myriad.net.Transport;
import dev.myriad.net.Transports;
import dev.myriad.protocol.Payload;
import dev.myriad.protocol.Serializer;
import dev.myriad.pubsub.TopicRules;
import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What an endpoint does before it lets the first client in, so that the JVM has compiled what the
 * first clients need: it serves clients of its own over the loopback interface. They come to a
 * second endpoint, on a transport of the same kind and with channels of its own, which is closed
 * afterwards. So nothing of it is to be seen in the counters, and no code of the program runs. Used
 * by one thread.
 *
 * <p>It ends when the JVM has nothing more to compile, or the time is up. Whatever fails in it is
 * logged, and the endpoint starts cold.
 */
final class Rehearsal {
    private static final Line GIVEN_UP =
            Log.of(Endpoint.class)
                    .info("the warm-up was given up, the first seconds will cost more: {}");

    private static final String PATH = "/rehearsal";
    private static final List<String> TOPICS = List.of("first:all", "second:all", "third:all");
    private static final int CLIENTS = 48;
    private static final int VISITORS = 24;
    private static final int GRACE_MILLIS = 500;

    private static final long LOOK_NANOS = 250_000_000;
    private static final int COMPILING_PERCENT = 10;
    private static final int QUIET_LOOKS = 2;

    /** The part of the time that is left to the compiler alone. */
    private static final int REST_PART = 8;

    private static final int REST_MILLIS = 50;
    private static final Duration BUSY = Duration.ofMillis(10);

    private static final int CONNECTIONS_MIN = 1_000;

    private final Function<Application, Transport> starter;
    private final long until;
    private final long restFrom;
    private final List<RehearsalScript> scripts = new ArrayList<>();
    private int rounds;

    /**
     * Its time begins now.
     *
     * @param starter of a transport that listens on this machine
     */
    Rehearsal(Function<Application, Transport> starter, Duration atMost) {
        this.starter = starter;
        this.until = System.nanoTime() + atMost.toNanos();
        this.restFrom = until - atMost.toNanos() / REST_PART;
        for (String topic : TOPICS) {
            scripts.add(new RehearsalScript(PATH, Serializer.V2, topic));
        }
        scripts.add(new RehearsalScript(PATH, Serializer.V1, TOPICS.getFirst()));
    }

    /**
     * On a transport of this kind, at a port that nobody else knows; none if the endpoint's own is
     * taken, so that its start fails at once.
     *
     * @param config that of the endpoint: as many shards, and as many lanes in each
     */
    static Rehearsal on(Transports.Kind kind, NetConfig config, Duration atMost) {
        int wanted = config.limits().of(Limit.CONNECTIONS_MAX); // from which rings get their lanes
        int connections =
                kind == Transports.Kind.NETTY ? CONNECTIONS_MIN : Math.max(CONNECTIONS_MIN, wanted);
        Limits limits = Limits.DEFAULT.with(Limit.CONNECTIONS_MAX, connections);
        NetConfig own = new NetConfig("127.0.0.1", 0, config.shards(), limits);
        return new Rehearsal(
                application -> Transports.start(kind, own, application),
                isTaken(config) ? Duration.ZERO : atMost);
    }

    private static boolean isTaken(NetConfig config) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(config.host(), config.port()));
            return false;
        } catch (IOException _) {
            return true;
        }
    }

    /** Returns when it is over, whatever became of it. */
    void run() {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        boolean compiles = compiler != null && compiler.isCompilationTimeMonitoringSupported();
        if (!compiles || System.nanoTime() - until >= 0) {
            return;
        }
        try {
            perform(compiler);
            rest();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (Throwable failure) {
            GIVEN_UP.tell((Object) failure);
        }
    }

    /** How often everything has been played. */
    int rounds() {
        return rounds;
    }

    private void perform(CompilationMXBean compiler) throws IOException {
        RehearsalRoom.readAndWrite(); // here, for at first it takes as long as a hog in a process
        LocalEndpoint stage = stage();
        List<RehearsalClient> clients = new ArrayList<>();
        try {
            stage.open();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(client(stage.address(), i));
            }
            long looked = System.nanoTime();
            long compiled = compiler.getTotalCompilationTime();
            int quiet = 0;
            while (quiet < QUIET_LOOKS && System.nanoTime() - restFrom < 0) {
                round(stage, clients);
                visit(stage.address());
                poll(stage.address());
                rounds++;
                long now = System.nanoTime();
                if (now - looked > LOOK_NANOS) {
                    long millis = compiler.getTotalCompilationTime() - compiled;
                    boolean busy = millis * 100 > (now - looked) / 1_000_000 * COMPILING_PERCENT;
                    quiet = busy ? 0 : quiet + 1;
                    compiled += millis;
                    looked = now;
                }
            }
        } catch (SocketTimeoutException _) {
            // The time is up.
        } finally {
            try (stage) {
                for (RehearsalClient client : clients) {
                    client.close();
                }
            }
        }
    }

    /** Another endpoint, of which nobody hears. */
    private LocalEndpoint stage() {
        SocketRoutes routes = new SocketRoutes(SocketPath.parse(PATH));
        SocketRoutes _ =
                routes.longPoll()
                        .channel("first:*", RehearsalRoom.First::new)
                        .channel("second:*", RehearsalRoom.Second::new)
                        .channel("third:*", RehearsalRoom.Third::new);
        return new LocalEndpoint(
                List.of(routes),
                (_, _) -> HttpAnswer.text(200, "rehearsing\n"),
                Limits.DEFAULT,
                JacksonCodec.SHARED,
                EndpointClock.system(),
                Optional.empty(),
                Drain.atOnce(GRACE_MILLIS).withProgress(_ -> {}),
                Memory.of(Limits.DEFAULT),
                TopicRules.NONE,
                Optional.empty(),
                () -> {},
                starter);
    }

    private RehearsalClient client(InetSocketAddress at, int number) throws IOException {
        return new RehearsalClient(at, until, scripts.get(number % scripts.size()));
    }

    /** What clients do who have joined. */
    private static void round(Endpoint stage, List<RehearsalClient> clients) throws IOException {
        for (int i = 0; i < 2; i++) {
            for (RehearsalClient client : clients) {
                client.send(client.says.echo);
            }
            await(clients, 1);
            for (RehearsalClient client : clients) {
                client.send(client.says.echoes);
            }
            await(clients, RehearsalScript.BURST);
        }
        for (RehearsalClient client : clients) {
            client.send(client.says.binaryEcho);
            client.send(client.says.read);
            client.send(client.says.push);
            client.send(client.says.heartbeat);
        }
        await(clients, 4);
        for (int i = 0; i < TOPICS.size(); i++) {
            clients.get(i).send(clients.get(i).says.shout);
        }
        for (String topic : TOPICS) {
            stage.broadcast(topic, RehearsalRoom.SHOUT, Payload.EMPTY);
        }
        await(clients, 2);
    }

    private static void await(List<RehearsalClient> clients, int messages) throws IOException {
        for (RehearsalClient client : clients) {
            client.await(messages);
        }
    }

    /** What clients do who come and go; some leave first, others are cut off. */
    private void visit(InetSocketAddress at) throws IOException {
        for (int i = 0; i < VISITORS; i++) {
            try (RehearsalClient client = client(at, i)) {
                if (i % 3 == 0) {
                    client.send(client.says.leave);
                    client.await(2); // the reply, and that the channel is closed
                    client.send(client.says.join);
                    client.await(1);
                }
            }
        }
    }

    /** What clients do who have no WebSocket. */
    private void poll(InetSocketAddress at) throws IOException {
        try (RehearsalLine line = new RehearsalLine(at, until)) {
            String _ = line.ask("GET", "/health", "");
            String target = PATH + "/longpoll?vsn=2.0.0";
            String opened = line.ask("GET", target, "");
            int token = opened.indexOf("\"token\":\"") + "\"token\":\"".length();
            target += "&token=" + opened.substring(token, opened.indexOf('"', token));
            for (String event : List.of("phx_join", RehearsalRoom.ECHO, "phx_leave")) {
                String _ = line.ask("POST", target, scripts.getFirst().posted(event));
                String _ = line.ask("GET", target, "");
            }
        }
    }

    /** Waits until the compiler has done what it was given. */
    private void rest() throws InterruptedException {
        Duration before = used();
        while (System.nanoTime() - until < 0) {
            Thread.sleep(REST_MILLIS);
            Duration now = used();
            if (now.minus(before).compareTo(BUSY) <= 0) {
                return;
            }
            before = now;
        }
    }

    private static Duration used() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }
}
