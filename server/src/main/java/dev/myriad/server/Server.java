package dev.myriad.server;

import dev.myriad.channels.Endpoint;
import dev.myriad.channels.SocketRoutes;
import dev.myriad.log.Line;
import dev.myriad.log.Log;
import dev.myriad.net.Drain;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import dev.myriad.net.Limits;
import dev.myriad.net.NetConfig;
import dev.myriad.net.NetException;
import dev.myriad.net.NetStats;
import dev.myriad.net.Transport;
import dev.myriad.net.Transports;
import dev.myriad.pubsub.Cluster;
import dev.myriad.server.demo.Applications;
import dev.myriad.server.demo.Viewers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** An endpoint with the server's own HTTP routes, and with the demo if wanted. Thread-safe. */
final class Server implements AutoCloseable {
    private static final Line LIMITS = Log.of("dev.myriad.server").info("{}").eachTime();
    private static final Line FAULT = Log.of("dev.myriad.server").error("what is done each second");
    private static final Line RELIEF =
            Log.of("dev.myriad.server").info("gave memory back: the heap had {} MB and has {} MB");
    private static final Duration TICK = Duration.ofSeconds(1);

    private final Endpoint endpoint;
    private final Limits limits;
    private final Router router;

    /** Whether it is not ready while it is cut off from the other nodes. */
    private volatile boolean readyNeedsNats;

    private final AtomicBoolean stopping = new AtomicBoolean();
    private final Relief relief = new Relief();
    private final Thread reliever;
    private final Thread ticker;
    private final Applications applications;
    private final Viewers viewers;

    private Server(
            Endpoint.Builder builder,
            Limits limits,
            boolean demo,
            List<String> shown,
            Applications applications) {
        this.applications = applications;
        this.endpoint = builder.http(this::answer).build();
        this.viewers = new Viewers(endpoint::address);
        this.limits = limits;
        this.router = new Router(routes(demo, shown));
        this.reliever =
                Thread.ofVirtual().name("relief").unstarted(() -> everySecond(this::relieve, TICK));
        this.ticker = Thread.ofVirtual().name("stats").unstarted(this::tick);
    }

    private HttpAnswer answer(HttpQuestion question) {
        return router.answer(question);
    }

    /**
     * Listens.
     *
     * @throws dev.myriad.net.NetException if the port is taken or the transport cannot serve
     */
    static Server start(Transports.Kind kind, NetConfig config, boolean demo) {
        return start(kind, config, Drain.DEFAULT, Duration.ZERO, Optional.empty(), demo);
    }

    static Server start(
            Transports.Kind kind,
            NetConfig config,
            Drain drain,
            Duration warmUp,
            Optional<Cluster> cluster,
            boolean demo) {
        return start(kind, config, drain, warmUp, cluster, demo, List.of());
    }

    /**
     * Warms up, then listens, with limits and an end of one's own.
     *
     * @param shown the nodes that the demo's page shows
     */
    static Server start(
            Transports.Kind kind,
            NetConfig config,
            Drain drain,
            Duration warmUp,
            Optional<Cluster> cluster,
            boolean demo,
            List<String> shown) {
        Endpoint.Builder builder =
                Endpoint.builder()
                        .host(config.host())
                        .port(config.port())
                        .shards(config.shards())
                        .limits(config.limits())
                        .trustedProxies(config.trustedProxies())
                        .drain(drain)
                        .warmUp(warmUp)
                        .transport(kind);
        cluster.ifPresent(builder::cluster);
        Applications applications = new Applications(shown);
        if (demo) {
            applications
                    .remember(builder)
                    .socket("/socket", socket -> channels(socket, applications));
            BenchMemory.rules(builder);
        }
        Server server = new Server(builder, config.limits(), demo, shown, applications);
        try {
            server.endpoint.start();
        } catch (RuntimeException | Error fault) { // the other nodes hear that it is gone
            server.endpoint.close();
            throw fault;
        }
        server.reliever.start();
        if (demo) {
            server.ticker.start();
            applications.start(server.endpoint, new Gauges(server.endpoint)::read);
        }
        return server;
    }

    /** From now on it is not ready while it is cut off from the other nodes. */
    void readyNeedsNats() {
        readyNeedsNats = true;
    }

    /** The address to open, with a host that a browser on this machine can reach. */
    String url() {
        InetSocketAddress address = endpoint.address();
        InetAddress host =
                address.getAddress().isAnyLocalAddress()
                        ? InetAddress.getLoopbackAddress()
                        : address.getAddress();
        String literal = host.getHostAddress();
        return "http://"
                + (literal.contains(":") ? "[" + literal + "]" : literal)
                + ":"
                + address.getPort();
    }

    /** Where it listens, and why on this transport. */
    String announcement() {
        Transport transport = endpoint.transport();
        return "Myriad listens on %s, transport %s: %s.%s"
                .formatted(url(), transport.name(), transport.reason(), cluster());
    }

    private String cluster() {
        return endpoint.cluster()
                .map(
                        stats ->
                                " It is the node %s of the cluster %s; %s."
                                        .formatted(
                                                stats.node(),
                                                stats.name(),
                                                stats.connected()
                                                        ? "others are " + stats.others()
                                                        : "there is no NATS yet"))
                .orElse("");
    }

    /**
     * Greets on standard output as soon as a signal would stop politely, and waits for one.
     *
     * @param notice between the first {@code /ready} that says no and the drain
     */
    void untilStopped(String greeting, Duration notice) {
        Signals.handle(() -> stop(notice));
        System.out.println(greeting);
        LIMITS.tell((Supplier<?>) limits::toString);
        try {
            while (endpoint.transport().isServing()) {
                Thread.sleep(TICK);
            }
        } catch (InterruptedException _) {
            close();
            return;
        }
        String trouble = endpoint.transport().trouble().orElse("");
        close();
        throw new NetException("nothing serves any more: " + trouble);
    }

    /** Serves on for a while in which it is not ready any more, then closes. */
    void stop(Duration notice) {
        stopping.set(true);
        try {
            Thread.sleep(notice);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        close();
    }

    @Override
    public void close() {
        stopping.set(true);
        ticker.interrupt();
        reliever.interrupt();
        endpoint.close();
        viewers.close();
        applications.close();
    }

    private static void channels(SocketRoutes socket, Applications applications) {
        socket.longPoll()
                .channel("bench:*", BenchChannel::new)
                .channel(StatsChannel.TOPIC, StatsChannel::new);
        applications.channels(socket);
        BenchMemory.routes(socket);
    }

    private Map<String, Router.Route> routes(boolean demo, List<String> shown) {
        Map<String, Router.Route> routes = new HashMap<>();
        routes.put("/health", _ -> health(Vitals.of(endpoint)));
        routes.put(
                "/ready",
                _ ->
                        readiness(
                                endpoint.isReady()
                                        && !stopping.get()
                                        && !(readyNeedsNats && cutOff().isPresent()),
                                endpoint.transport().trouble().or(this::cutOff)));
        routes.put("/metrics", new Lazily(() -> new Metrics(endpoint)));
        routes.put("/resume.js", new Lazily(() -> Asset.of("resume.js")));
        routes.put("/keyed.js", new Lazily(() -> Asset.of("keyed.js")));
        if (demo) {
            routes.put("/", new Lazily(() -> Asset.of("index.html")));
            for (String page : List.of("chat", "dashboard", "orderbook")) {
                routes.put("/" + page, new Lazily(() -> Asset.of(page + ".html", shown)));
            }
            routes.put("/viewers", new Router.AnyMethod(viewers::answer));
            for (String part : List.of("app.js", "style.css")) {
                routes.put("/" + part, new Lazily(() -> Asset.of(part)));
            }
        } else {
            String text =
                    "Myriad has no channels here: --demo brings some, and your program its own.\n";
            routes.put("/", _ -> HttpAnswer.text(200, text));
        }
        return routes;
    }

    /** Whether a balancer should lead new clients here. */
    static HttpAnswer readiness(boolean ready, Optional<String> trouble) {
        return ready
                ? HttpAnswer.text(
                        200, trouble.map(what -> "ready, but " + what).orElse("ready") + "\n")
                : HttpAnswer.text(
                        503, trouble.map(what -> "not ready: " + what).orElse("closing") + "\n");
    }

    /** It serves on, and whoever asks is told. */
    private Optional<String> cutOff() {
        return endpoint.cluster()
                .filter(stats -> !stats.connected())
                .map(_ -> "cut off from the other nodes: no connection to NATS");
    }

    private static HttpAnswer health(Vitals vitals) {
        String json =
                String.format(
                        Locale.ROOT,
                        "{\"status\":\"ok\",\"connections\":%d,\"channels\":%d,\"uptimeMillis\":%d}",
                        vitals.net().open(),
                        vitals.channels().channels(),
                        vitals.uptimeMillis());
        return HttpAnswer.of(200, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    /** The process is the server's alone, so it may ask for a collection; a library may not. */
    private void relieve() {
        NetStats stats = endpoint.transport().stats();
        if (relief.isDue(stats.held(), stats.heldMax())) {
            long before = Runtime.getRuntime().totalMemory() >> 20;
            System.gc();
            RELIEF.tell(before, Runtime.getRuntime().totalMemory() >> 20);
        }
    }

    private void tick() {
        Supplier<StatsChannel.Tick> tick = () -> StatsChannel.Tick.of(Vitals.of(endpoint));
        everySecond(() -> endpoint.broadcastLocal(StatsChannel.TOPIC, "tick", tick.get()), TICK);
    }

    /** Goes on whatever one time throws, until it is interrupted: the server has closed. */
    static void everySecond(Runnable tick, Duration second) {
        try {
            while (true) {
                Thread.sleep(second);
                try {
                    tick.run();
                } catch (RuntimeException | Error e) {
                    FAULT.tell(e);
                }
            }
        } catch (InterruptedException _) {
            // as it should
        }
    }
}
