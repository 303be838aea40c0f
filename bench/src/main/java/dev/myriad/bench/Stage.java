package dev.myriad.bench;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** A server that is started for some acts, and the fleets of clients in them. For one thread. */
final class Stage implements AutoCloseable {
    private static final int POLL_MILLIS = 10;
    private static final int IN_FLIGHT = 1_000;
    private static final int SLOTS_MAX = 18_000;
    private static final int SMALL_BYTES = 120;

    /** Gives a ring the largest buffers that there are. */
    private static final int LARGE_BYTES = 16_000;

    private final Server server;
    private final Progress progress;
    private final Deque<Fleet> fleets = new ArrayDeque<>();
    private final List<Server> others = new ArrayList<>();

    private Stage(Server server, Progress progress) {
        this.server = server;
        this.progress = progress;
    }

    /** Starts a server for so many connections and waits until it is ready. */
    static Stage set(ServerKind kind, int connections, List<String> serverOptions, String what) {
        Progress progress = Progress.onStderr();
        progress.say("%s: %s".formatted(what, kind.label()));
        Server server =
                Server.start(kind, new Options().root(), 2 * connections + 1_000, serverOptions);
        Readiness.await(server);
        return new Stage(server, progress);
    }

    /** Another server of the same cluster, which is ready. */
    Server beside(ServerKind kind, int connections, List<String> serverOptions) {
        Server other =
                Server.start(kind, new Options().root(), 2 * connections + 1_000, serverOptions);
        others.add(other);
        Readiness.await(other);
        return other;
    }

    Server server() {
        return server;
    }

    void say(String line) {
        progress.say(line);
    }

    /** Clients that echo and little else. */
    Fleet small(int clients, Topics topics) {
        return fleet(server.target(), clients, topics, SMALL_BYTES, Plan.Batching.PROMPT);
    }

    /** Clients that get much, and somebody for each of their threads who understands it. */
    <F extends Follower> Following<F> following(
            int clients, Topics topics, Function<ClientThread, F> follower) {
        return following(server.target(), clients, topics, follower);
    }

    /** The same, of another server. */
    <F extends Follower> Following<F> following(
            Target target, int clients, Topics topics, Function<ClientThread, F> follower) {
        Fleet fleet = fleet(target, clients, topics, LARGE_BYTES, Plan.Batching.BULK);
        return new Following<>(
                fleet,
                fleet.each(
                        thread -> {
                            F made = follower.apply(thread);
                            thread.rings().forEach(ring -> ring.follow(made));
                            return made;
                        }));
    }

    /** A fleet, which has one thread, and who follows what it is told. */
    record Following<F>(Fleet fleet, List<F> followers) {
        /** Asks him on his thread. */
        <T> T ask(Function<F, T> question) {
            return fleet.first(_ -> question.apply(followers.getFirst()));
        }
    }

    private Fleet fleet(
            Target target, int clients, Topics topics, int payloadBytes, Plan.Batching batching) {
        Fleet fleet =
                Fleet.start(
                        new Plan(
                                target,
                                new Messages(target, topics, payloadBytes),
                                clients,
                                1,
                                Math.clamp(Proc.openFilesMax(), 1, SLOTS_MAX),
                                Sources.anyBlock(),
                                IN_FLIGHT,
                                batching,
                                new Broadcasts()));
        fleets.push(fleet);
        return fleet;
    }

    /** Takes a fleet off. */
    void leave(Fleet fleet) {
        fleets.remove(fleet);
        fleet.close();
    }

    void awaitJoined(Fleet fleet, Duration patience) {
        boolean joined = await(patience, () -> fleet.joined() >= fleet.plan().clients());
        if (!joined) {
            throw new BenchException(
                    "Only %,d of %,d clients have joined; the last failure: %s."
                            .formatted(
                                    fleet.joined(), fleet.plan().clients(), fleet.lastFailure()));
        }
    }

    /** Waits for something; whether it came in time. */
    boolean await(Duration patience, BooleanSupplier condition) {
        long began = System.nanoTime();
        while (!condition.getAsBoolean()) {
            server.check();
            if (System.nanoTime() - began > patience.toNanos()) {
                return false;
            }
            Trial.sleep(POLL_MILLIS);
        }
        return true;
    }

    /** Lets them go on. */
    void hold(Duration time) {
        boolean _ = await(time, () -> false);
    }

    @Override
    public void close() {
        while (!fleets.isEmpty()) {
            fleets.pop().close();
        }
        others.forEach(Server::close);
        server.close();
    }
}
