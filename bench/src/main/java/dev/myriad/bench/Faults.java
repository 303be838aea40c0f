package dev.myriad.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;
import java.util.TreeMap;
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
    private static final long LOOK_MILLIS = 50;

    /** Changes of a node that is killed which it could not tell any more. */
    private static final int UNTOLD = 100;

    private static final int FIRST = 0;
    private static final int LAST = 1;
    private static final int MISSING = 2;
    private static final int TWICE = 3;
    private static final int LATE = 4;

    /** What goes wrong. */
    enum Fault {
        NODE_KILLED,
        NODE_STOPPED_5S,
        NODE_STOPPED_30S,
        NATS_KILLED,
        NATS_STOPPED_5S,
        NATS_LAME_DUCK,
        ALL_NATS_AWAY_10S
    }

    private final List<Fault> faults;
    private final int times;
    private final long seed;
    private final Random random;
    private final List<NatsHere> servers = new ArrayList<>();
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
        try {
            servers.addAll(NatsHere.three());
            for (int i = 0; i < NODES; i++) {
                nodes.add(node());
            }
            awaitWell(System.nanoTime());
            figures.put("seed", seed);
            for (Fault fault : faults) {
                for (int i = 0; i < times; i++) {
                    round(fault);
                }
            }
            slowest.forEach((name, value) -> figures.put(name, Kinds.rounded(value)));
            figures.putAll(counts);
        } finally {
            nodes.forEach(FaultyNode::close);
            servers.forEach(NatsHere::close);
        }
    }

    private FaultyNode node() {
        StringJoiner urls = new StringJoiner(",");
        servers.forEach(server -> urls.add(server.url()));
        return new FaultyNode(urls.toString(), "n" + ++names);
    }

    private void round(Fault fault) {
        nodes.forEach(FaultyNode::begin);
        Trial.sleep(SPEAK.toMillis());
        int which = random.nextInt(NODES);
        long began = happens(fault, which);
        double well = awaitWell(began);
        Trial.sleep(SPEAK.toMillis());
        nodes.forEach(each -> each.ask("silent"));
        awaitQuiet();
        String name = fault.name().toLowerCase(Locale.ROOT);
        System.err.println("%s of %d: well after %.2f s".formatted(name, which, well));
        slowest.merge(name + "_well_max_s", well, Math::max);
        judge(name);
        nodes.forEach(each -> each.ask("speak"));
    }

    /** When it was over, or was noticed at the earliest. */
    private long happens(Fault fault, int which) {
        long began = System.nanoTime();
        NatsHere server = servers.get(which);
        switch (fault) {
            case NODE_KILLED -> {
                FaultyNode node = nodes.get(which);
                JsonNode last = node.report();
                node.close();
                accepted += last.path("accepted").asLong();
                unsure += last.path("unsure").asLong() + UNTOLD;
                nodes.set(which, node());
            }
            case NODE_STOPPED_5S -> began = stopped(nodes.get(which).pid(), 5);
            case NODE_STOPPED_30S -> began = stopped(nodes.get(which).pid(), 30);
            case NATS_KILLED -> {
                server.kill();
                Trial.sleep(1_000);
                server.again();
            }
            case NATS_STOPPED_5S -> began = stopped(server.pid(), 5);
            case NATS_LAME_DUCK -> {
                signal(server.pid(), "USR2");
                boolean _ = server.hasEnded(Duration.ofSeconds(5)); // it would take minutes
                server.kill();
                server.again();
            }
            case ALL_NATS_AWAY_10S -> {
                servers.forEach(NatsHere::kill);
                Trial.sleep(10_000);
                began = System.nanoTime();
                servers.forEach(NatsHere::again);
            }
        }
        return began;
    }

    private static long stopped(long pid, int seconds) {
        signal(pid, "STOP");
        Trial.sleep(seconds * 1_000L);
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

    /** Until all know of all, and the logs are there; how long that took, in seconds. */
    private double awaitWell(long began) {
        List<String> names = nodes.stream().map(each -> each.name).sorted().toList();
        while (!reports().stream().allMatch(each -> isWell(each, names))) {
            if (System.nanoTime() - began > PATIENCE.toNanos()) {
                throw new BenchException("the nodes are not well again: " + reports());
            }
            Trial.sleep(LOOK_MILLIS);
        }
        return (System.nanoTime() - began) / 1e9;
    }

    private static boolean isWell(JsonNode report, List<String> names) {
        List<String> present = new ArrayList<>();
        report.path("present").forEach(each -> present.add(each.asString()));
        return report.path("others").asInt() == NODES - 1
                && report.path("open").asBoolean()
                && report.path("version").asLong() >= 0
                && present.equals(names);
    }

    /** Until nothing comes any more, and clients are told of all. */
    private void awaitQuiet() {
        String last = "";
        String now = quiet();
        long end = System.nanoTime() + PATIENCE.toNanos();
        int same = 0;
        while (same < 3 && System.nanoTime() < end) { // as long as a beat
            Trial.sleep(1_000);
            last = now;
            now = quiet();
            same = now.equals(last) ? same + 1 : 0;
        }
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

    /** How often two nodes have not heard the same of what somebody said, by way of the log. */
    private long unequal() {
        FaultyNode one = nodes.getFirst();
        long unequal = 0;
        for (FaultyNode other : nodes.subList(1, NODES)) {
            for (Map.Entry<String, JsonNode> heard : one.newest().path("logged").properties()) {
                JsonNode here = heard.getValue();
                JsonNode there = other.newest().path("logged").path(heard.getKey());
                long from = Math.max(here.path(FIRST).asLong(), there.path(FIRST).asLong());
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
        long unequal = 0;
        JsonNode first = nodes.getFirst().newest();
        for (FaultyNode node : nodes) {
            JsonNode report = node.newest();
            all += report.path("accepted").asLong();
            maybe += report.path("unsure").asLong();
            boolean same =
                    report.path("version").equals(first.path("version"))
                            && report.path("crc32c").equals(first.path("crc32c"));
            unequal += same ? 0 : 1;
            if (!same) {
                System.err.printf(
                        "%s: %s and %s are not the same: %s %s %s, %s %s %s%n",
                        name,
                        nodes.getFirst().name,
                        node.name,
                        first.path("version"),
                        first.path("current"),
                        first.path("crc32c"),
                        report.path("version"),
                        report.path("current"),
                        report.path("crc32c"));
            }
        }
        long version = first.path("version").asLong();
        count(name, "keyed_lost", Math.max(0, all - version));
        count(name, "keyed_doubled", Math.max(0, version - all - maybe));
        count(name, "keyed_unequal", unequal);
    }
}
