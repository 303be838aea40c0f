package dev.myriad.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.JsonNode;

/**
 * Three nodes on three servers of NATS, and what goes wrong with them, each some times. After each
 * fault all must hear each other again, and what was said meanwhile has to come once, in order, or
 * be known to be lost; what the log has, and values, are the same everywhere. Confined to one
 * thread.
 */
final class Faults {
    private static final int NODES = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration SPEAK = Duration.ofSeconds(2);
    private static final Duration QUIET = Duration.ofSeconds(3);
    private static final long LOOK_MILLIS = 50;
    private static final int SLOW_TIMES = 100;
    private static final long SLOW_MILLIS = 80;
    private static final long QUICK_MILLIS = 20;

    /** Changes of a node that is killed which it could not tell any more. */
    private static final int UNTOLD = 100;

    private static final int FIRST = 0;
    private static final int LAST = 1;
    private static final int MISSING = 2;
    private static final int TWICE = 3;
    private static final int LATE = 4;

    /** What goes wrong. */
    enum Fault {
        /** Nothing, for a minute in which topics and members come and go: nothing is lost. */
        NONE_60S,
        NODE_KILLED,
        NODE_STOPPED_5S,
        NODE_STOPPED_30S,
        NODE_SLOW_10S,
        NATS_KILLED,
        NATS_STOPPED_5S,
        NATS_STOPPED_30S,
        NATS_LAME_DUCK,
        ROUTE_CUT_10S,
        ALL_NATS_AWAY_10S,
        ALL_NATS_AWAY_60S
    }

    private final List<Fault> faults;
    private final int times;
    private final long seed;
    private final Random random;
    private final List<FaultyNode> nodes = new ArrayList<>();

    /** What has been found, by fault and what. */
    private final Map<String, Long> counts = new TreeMap<>();

    private final Map<String, Double> slowest = new TreeMap<>();

    private long accepted;
    private long unsure;
    private int names;

    Faults(List<Fault> faults, int times, long seed) {
        this.faults = faults;
        this.times = times;
        this.seed = seed;
        this.random = new Random(seed);
    }

    void measure(Map<String, Object> figures) {
        try (NatsTrio nats = new NatsTrio()) {
            for (int i = 0; i < NODES; i++) {
                nodes.add(node(nats));
            }
            double _ = await(this::isWell, System.nanoTime());
            figures.put("seed", seed);
            for (Fault fault : faults) {
                for (int i = 0; i < times; i++) {
                    round(fault, nats);
                }
            }
            slowest.forEach((name, value) -> figures.put(name, Kinds.rounded(value)));
            figures.putAll(counts);
        } finally {
            nodes.forEach(FaultyNode::close);
        }
    }

    private FaultyNode node(NatsTrio nats) {
        return new FaultyNode(nats.urls(), "n" + ++names);
    }

    private void round(Fault fault, NatsTrio nats) {
        String name = fault.name().toLowerCase(Locale.ROOT);
        nodes.forEach(FaultyNode::begin);
        Trial.sleep(SPEAK.toMillis());
        int which = random.nextInt(NODES);
        long began = happens(fault, which, nats);
        double present = await(this::isPresenceRight, began);
        if (nodes.size() < NODES) {
            nodes.add(which, node(nats));
        }
        double well = await(this::isWell, began);
        Trial.sleep(SPEAK.toMillis());
        nodes.forEach(each -> each.ask("silent"));
        double settled = awaitSettled();
        System.err.println(
                "%s of %d: presence %.2f s, well %.2f s, settled %.2f s"
                        .formatted(name, which, present, well, settled));
        slowest.merge(name + "_presence_max_s", present, Math::max);
        slowest.merge(name + "_well_max_s", well, Math::max);
        slowest.merge(name + "_settled_max_s", settled, Math::max);
        judge(name);
        nodes.forEach(each -> each.ask("speak"));
    }

    /** When it was over, or was noticed at the earliest. */
    private long happens(Fault fault, int which, NatsTrio nats) {
        long began = System.nanoTime();
        List<NatsHere> servers = nats.servers();
        NatsHere server = servers.get(which);
        switch (fault) {
            case NONE_60S -> {
                nodes.forEach(each -> each.ask("churn"));
                Trial.sleep(60_000);
                nodes.forEach(each -> each.ask("calm"));
            }
            case NODE_KILLED -> {
                FaultyNode node = nodes.remove(which);
                JsonNode last = node.report();
                node.close();
                accepted += last.path("accepted").asLong();
                unsure += last.path("unsure").asLong() + UNTOLD;
            }
            case NODE_SLOW_10S -> {
                for (int i = 0; i < SLOW_TIMES; i++) {
                    began = stopped(nodes.get(which).pid(), SLOW_MILLIS);
                    Trial.sleep(QUICK_MILLIS);
                }
            }
            case ROUTE_CUT_10S -> {
                nats.cut(which);
                Trial.sleep(10_000);
                nats.mend(which);
                began = System.nanoTime();
            }
            case NODE_STOPPED_5S -> began = stopped(nodes.get(which).pid(), 5_000);
            case NODE_STOPPED_30S -> began = stopped(nodes.get(which).pid(), 30_000);
            case NATS_KILLED -> {
                server.kill();
                Trial.sleep(1_000);
                server.again();
            }
            case NATS_STOPPED_5S -> began = stopped(server.pid(), 5_000);
            case NATS_STOPPED_30S -> began = stopped(server.pid(), 30_000);
            case NATS_LAME_DUCK -> {
                signal(server.pid(), "USR2");
                boolean _ = server.hasEnded(Duration.ofSeconds(5)); // it would take minutes
                server.kill();
                server.again();
            }
            case ALL_NATS_AWAY_10S -> began = away(servers, 10_000);
            case ALL_NATS_AWAY_60S -> began = away(servers, 60_000);
        }
        return began;
    }

    private static long away(List<NatsHere> servers, long millis) {
        servers.forEach(NatsHere::kill);
        Trial.sleep(millis);
        long began = System.nanoTime();
        servers.forEach(NatsHere::again);
        return began;
    }

    private static long stopped(long pid, long millis) {
        signal(pid, "STOP");
        Trial.sleep(millis);
        signal(pid, "CONT");
        return System.nanoTime();
    }

    private static void signal(long pid, String name) {
        try {
            int status =
                    new ProcessBuilder("kill", "-" + name, String.valueOf(pid)).start().waitFor();
            if (status != 0) {
                throw new BenchException("kill -" + name + " says " + status + ".");
            }
        } catch (IOException | InterruptedException e) {
            throw new BenchException("no signal can be sent.", e);
        }
    }

    private List<JsonNode> reports() {
        return nodes.stream().map(FaultyNode::report).toList();
    }

    /** Until something is so; how long that took, in seconds. */
    private double await(BooleanSupplier condition, long began) {
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - began > PATIENCE.toNanos()) {
                throw new BenchException("the nodes are not well again: " + reports());
            }
            Trial.sleep(LOOK_MILLIS);
        }
        return (System.nanoTime() - began) / 1e9;
    }

    /** Whether all know of all, and of nobody else. */
    private boolean isPresenceRight() {
        List<String> names = nodes.stream().map(each -> each.name).sorted().toList();
        return reports().stream()
                .allMatch(
                        each ->
                                each.path("others").asInt() == names.size() - 1
                                        && present(each).equals(names));
    }

    private static List<String> present(JsonNode report) {
        List<String> present = new ArrayList<>();
        report.path("present").forEach(each -> present.add(each.asString()));
        return present;
    }

    /** Whether moreover the logs are there. */
    private boolean isWell() {
        return isPresenceRight()
                && nodes.stream()
                        .map(FaultyNode::newest)
                        .allMatch(
                                each ->
                                        each.path("open").asBoolean()
                                                && each.path("version").asLong() >= 0);
    }

    /**
     * Until values are the same everywhere and nothing comes any more, for as long as a beat; or
     * for a minute. How long it took until nothing came.
     */
    private double awaitSettled() {
        long began = System.nanoTime();
        long since = began;
        String last = "";
        while (System.nanoTime() - since < QUIET.toNanos()
                && System.nanoTime() - began < PATIENCE.toNanos()) {
            Trial.sleep(LOOK_MILLIS);
            String now = quiet();
            if (!now.equals(last) || unequalValues() > 0) {
                since = System.nanoTime();
            }
            last = now;
        }
        return (since - began) / 1e9;
    }

    private long unequalValues() {
        JsonNode first = nodes.getFirst().newest();
        return nodes.stream().filter(each -> !isSame(each.newest(), first)).count();
    }

    private static boolean isSame(JsonNode one, JsonNode other) {
        return one.path("version").equals(other.path("version"))
                && one.path("crc32c").equals(other.path("crc32c"));
    }

    private String quiet() {
        StringBuilder all = new StringBuilder();
        for (JsonNode each : reports()) {
            all.append(each.path("version"))
                    .append(each.path("plain"))
                    .append(each.path("logged"))
                    .append(each.path("lost"));
        }
        return all.toString();
    }

    private void judge(String name) {
        nodes.forEach(FaultyNode::report);
        for (FaultyNode node : nodes) {
            long missing = node.more(report -> sum(report, "plain", MISSING));
            long told = node.more(report -> report.path("lost").asLong());
            count(name, "plain_missing", missing);
            count(name, "plain_untold", Math.max(0, missing - told));
            count(name, "told_lost", told);
            count(name, "logged_missing", node.more(report -> sum(report, "logged", MISSING)));
            for (String topic : List.of("plain", "logged")) {
                count(name, topic + "_twice", node.more(report -> sum(report, topic, TWICE)));
                count(name, topic + "_reordered", node.more(report -> sum(report, topic, LATE)));
            }
            count(name, "unlogged", node.more(report -> report.path("unlogged").asLong()));
        }
        count(name, "logged_unequal", unequal());
        keyed(name);
    }

    private void count(String fault, String what, long number) {
        counts.merge(fault + "_" + what, number, Long::sum);
    }

    /** Of all who were heard. */
    private static long sum(JsonNode report, String topic, int what) {
        long sum = 0;
        for (JsonNode heard : report.path(topic)) {
            sum += heard.get(what).asLong();
        }
        return sum;
    }

    /**
     * How often two nodes have not heard the same of what somebody has said since this began, by
     * way of the log.
     */
    private long unequal() {
        FaultyNode one = nodes.getFirst();
        long unequal = 0;
        for (FaultyNode other : nodes.subList(1, NODES)) {
            for (Map.Entry<String, JsonNode> heard : one.newest().path("logged").properties()) {
                JsonNode here = heard.getValue();
                JsonNode there = other.newest().path("logged").path(heard.getKey());
                long from = Math.max(here.path(FIRST).asLong(), there.path(FIRST).asLong());
                for (FaultyNode each : List.of(one, other)) {
                    JsonNode before = each.before().path("logged").path(heard.getKey());
                    from = Math.max(from, before.path(LAST).asLong() + 1);
                }
                long to = Math.min(here.path(LAST).asLong(), there.path(LAST).asLong());
                if (!there.isMissingNode() && to >= from) {
                    String order = "heard %s %d %d".formatted(heard.getKey(), from, to);
                    unequal += one.ask(order).equals(other.ask(order)) ? 0 : 1;
                }
            }
        }
        return unequal;
    }

    private void keyed(String name) {
        long all = accepted;
        long maybe = unsure;
        JsonNode first = nodes.getFirst().newest();
        for (FaultyNode node : nodes) {
            all += node.newest().path("accepted").asLong();
            maybe += node.newest().path("unsure").asLong();
        }
        long version = first.path("version").asLong();
        count(name, "keyed_lost", Math.max(0, all - version));
        count(name, "keyed_doubled", Math.max(0, version - all - maybe));
        count(name, "keyed_unequal", unequalValues());
        if (unequalValues() > 0) {
            nodes.forEach(
                    each ->
                            System.err.printf(
                                    "%s has version %s, %s%n",
                                    each.name,
                                    each.newest().path("version"),
                                    each.newest().path("crc32c")));
        }
    }
}
