package dev.myriad.bench;

import dev.myriad.bench.Run.Better;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        description = {
            "Neighbours that get broadcasts and echoes for long, beside clients that come and go,",
            "and attacks at random: nothing may be lost or doubled, and nothing may grow."
        })
final class Soak implements Profile, Runnable {
    private static final int PAYLOAD_BYTES = 120;
    private static final List<Attack> ATTACKS = List.of(Attack.values());
    private static final int ATTACKS_AT_ONCE_MAX = 3;
    private static final Duration ATTACK = Duration.ofSeconds(15);

    /** Handlers that sleep for half a minute have to end first. */
    private static final Duration SETTLE = Duration.ofSeconds(45);

    /** What may have been added by the end, as a part of what there was. */
    private static final double GROWTH_MAX = 0.1;

    @Mixin private Options options = new Options();

    @Option(
            names = "--minutes",
            paramLabel = "N",
            defaultValue = "30",
            description = "How long, at least 3. Default: ${DEFAULT-VALUE}.")
    private int minutes;

    @Option(
            names = "--neighbours",
            paramLabel = "N",
            defaultValue = "5000",
            description = "Clients that get the broadcasts. Default: ${DEFAULT-VALUE}.")
    private int neighbours;

    @Option(
            names = "--echoers",
            paramLabel = "N",
            defaultValue = "500",
            description = "Clients that echo besides. Default: ${DEFAULT-VALUE}.")
    private int echoers;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "1000",
            description = "Echoes per second, over all. Default: ${DEFAULT-VALUE}.")
    private int rate;

    @Option(
            names = "--every",
            paramLabel = "TIME",
            defaultValue = "500ms",
            converter = DurationOption.class,
            description = "From one broadcast to the next. Default: ${DEFAULT-VALUE}.")
    private Duration every = Duration.ofMillis(500);

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "Of the order of attacks. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Override
    public void run() {
        Bench.run(this, options);
    }

    @Override
    public String name() {
        return "soak";
    }

    @Override
    public String description() {
        return "%,d neighbours get a broadcast every %s and %,d others echo %,d times per second, for %d minutes, while clients come and go and attacks follow each other at random."
                .formatted(neighbours, DurationOption.text(every), echoers, rate, minutes);
    }

    @Override
    public int connections() {
        return neighbours
                + echoers
                + Attack.CHURN.lines()
                + Stream.of(Attack.values()).mapToInt(Attack::lines).sum();
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("minutes", Integer.toString(minutes));
        settings.put("neighbours", "%,d".formatted(neighbours));
        settings.put("a broadcast every", DurationOption.text(every));
        settings.put("echoes per second", "%,d".formatted(rate));
        settings.put("attacks at a time", "1 to " + ATTACKS_AT_ONCE_MAX);
        settings.put("seed", Long.toString(seed));
        return settings;
    }

    @Override
    public List<String> headlines() {
        return List.of("echo p99", "echo p99.9", "echo max", "grown");
    }

    @Override
    public void check() {
        options.require(minutes >= 3, "--minutes takes 3 or more.");
        options.require(neighbours >= 1, "--neighbours takes 1 or more.");
        options.require(
                echoers >= 1 && echoers <= options.slotsPerRing(),
                "--echoers takes 1 to " + options.slotsPerRing() + ".");
        options.require(rate >= 1 && rate <= 100_000, "--rate takes 1 to 100000.");
        options.require(rate * ATTACK.toSeconds() * 2 < Messages.ECHO_REFS, "--rate is too much.");
    }

    @Override
    public void printFigures(Report report, PrintStream out) {}

    @Override
    public void measure(Trial trial) {
        Plan viewing =
                trial.plan(
                        neighbours,
                        Topics.one("bench:all"),
                        PAYLOAD_BYTES,
                        Plan.Batching.BULK,
                        options.clientThreads());
        Plan echoing =
                trial.plan(
                        echoers, Topics.one("bench:echo"), PAYLOAD_BYTES, Plan.Batching.PROMPT, 1);
        try (Fleet audience = Fleet.start(viewing);
                Fleet voices = Fleet.start(echoing)) {
            trial.connect(audience, "neighbours");
            trial.connect(voices, "echoers");
            if (audience.joined() < neighbours || voices.joined() < echoers) {
                return;
            }
            try (Timeline _ = trial.timeline(voices, Count.ECHOED, "echoes")) {
                soak(trial, audience, voices);
            }
            trial.integrity(audience.counts());
            trial.integrity(voices.counts());
        }
    }

    private void soak(Trial trial, Fleet audience, Fleet voices) {
        Publisher publisher = audience.publisher();
        EchoPace pace = voices.first(thread -> new EchoPace(thread, voices.plan(), rate));
        Random random = new Random(seed);
        Phase phase = new Phase(trial, audience, voices, publisher, pace);
        long end = System.nanoTime() + Duration.ofMinutes(minutes).toNanos();
        long early = System.nanoTime() + Duration.ofMinutes(Math.max(1, minutes / 6)).toNanos();
        Sample first = null;
        while (System.nanoTime() < end) {
            List<Attack> attacks = new ArrayList<>(List.of(Attack.CHURN));
            for (int i = random.nextInt(ATTACKS_AT_ONCE_MAX); i >= 0; i--) {
                attacks.add(ATTACKS.get(random.nextInt(ATTACKS.size())));
            }
            phase.live(ATTACK, attacks, seed);
            if (first == null && System.nanoTime() > early) {
                phase.live(SETTLE, List.of(), seed);
                first = Sample.of(trial);
            }
        }
        phase.live(SETTLE, List.of(), seed);
        Sample last = Sample.of(trial);
        phase.record();
        if (first != null) {
            first.compare(last, trial);
        }
    }

    /** What goes on all the time, and who attacks meanwhile. */
    private final class Phase {
        private final Trial trial;
        private final Fleet audience;
        private final Fleet voices;
        private final Publisher publisher;
        private final EchoPace pace;
        private final Worst worst = new Worst();
        private long sent;
        private long returned;

        Phase(Trial trial, Fleet audience, Fleet voices, Publisher publisher, EchoPace pace) {
            this.trial = trial;
            this.audience = audience;
            this.voices = voices;
            this.publisher = publisher;
            this.pace = pace;
        }

        void live(Duration time, List<Attack> attacks, long seed) {
            audience.first(
                    _ -> {
                        publisher.tick(every.toNanos(), time.toNanos());
                        return true;
                    });
            voices.first(
                    _ -> {
                        pace.start(time.toNanos());
                        return true;
                    });
            List<Attacker> attackers =
                    attacks.stream()
                            .map(a -> Attacker.start(a, trial.target(), a.perSecond(), seed))
                            .toList();
            String label =
                    attacks.isEmpty()
                            ? "settling"
                            : String.join(" ", attacks.stream().map(Attack::label).toList());
            try {
                trial.hold(time, label);
            } finally {
                attackers.forEach(Attacker::close);
            }
            boolean done =
                    trial.await(
                            () -> publisher.isIdle() && voices.first(_ -> pace.isIdle()),
                            () ->
                                    audience.counts().of(Count.DELIVERED)
                                            + voices.counts().of(Count.ECHOED));
            if (!done) {
                trial.warn("%s: a broadcast or an echo never came.".formatted(label));
            }
            sent += voices.first(_ -> pace.sent());
            returned += voices.first(_ -> pace.returned());
            var echoes = voices.takeLatencies();
            worst.at(label, echoes.getValueAtPercentile(99) / 1e3, echoes.getMaxValue() / 1e3);
            worst.all.add(echoes);
        }

        void record() {
            Run.Latency echoes = trial.latency("echo", worst.all);
            trial.metric("echo p50", "ms", echoes.p50(), Better.LOWER);
            trial.metric("echo p99", "ms", echoes.p99(), Better.LOWER);
            trial.metric("echo p99.9", "ms", echoes.p999(), Better.LOWER);
            trial.metric("echo max", "ms", echoes.max(), Better.LOWER);
            trial.metric("echoes", "", returned, Better.NEITHER);
            trial.metric("echoes lost", "", sent - returned, Better.LOWER);
            trial.metric("broadcasts", "", publisher.completed(), Better.NEITHER);
            trial.metric("worst quarter of a minute, echo p99", "ms", worst.p99, Better.LOWER);
            trial.warn("The slowest quarter of a minute was that of: " + worst.label + ".");
        }
    }

    /** The quarter of a minute in which echoes were slowest. */
    private static final class Worst {
        private final Histogram all = new Histogram(1, 600_000_000, 3);
        private String label = "none";
        private double p99;

        void at(String during, double p99Millis, double maxMillis) {
            if (p99Millis > p99) {
                p99 = p99Millis;
                label = "%s (p99 %.1f ms, max %.1f ms)".formatted(during, p99Millis, maxMillis);
            }
        }
    }

    /** What the server holds while nobody attacks. */
    private record Sample(Map<String, Double> values) {
        static Sample of(Trial trial) {
            Map<String, Double> values = new LinkedHashMap<>();
            Scrape page = Scrape.of(trial.target());
            ToDoubleFunction<String> row = name -> page.values().getOrDefault(name, 0.0);
            values.put("live heap, MB", Heap.liveBytes(trial.pid()) / 1e6);
            values.put("RSS, MB", trial.residentBytes() / 1e6);
            values.put("descriptors", (double) Proc.descriptors(trial.pid()));
            values.put("threads", (double) Proc.threads(trial.pid()));
            values.put("clients", (double) page.clients());
            values.put("channels", row.applyAsDouble("myriad_channels"));
            values.put("topics", row.applyAsDouble("myriad_topics"));
            page.values().keySet().stream()
                    .filter(name -> name.startsWith("myriad_held_bytes"))
                    .forEach(name -> values.put(name, row.applyAsDouble(name)));
            return new Sample(values);
        }

        void compare(Sample later, Trial trial) {
            long grown = 0;
            for (Map.Entry<String, Double> value : values.entrySet()) {
                String name = value.getKey();
                double before = value.getValue();
                double after = later.values().getOrDefault(name, 0.0);
                trial.metric(name + ", early", "", before, Better.NEITHER);
                trial.metric(name + ", at the end", "", after, Better.LOWER);
                if (after > before + Math.max(2, before * GROWTH_MAX)) {
                    grown++;
                    trial.warn("%s grew from %.1f to %.1f.".formatted(name, before, after));
                }
            }
            trial.metric("grown", "", grown, Better.LOWER);
        }
    }
}
