package dev.myriad.bench;

import dev.myriad.bench.Run.Better;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "hostile",
        mixinStandardHelpOptions = true,
        description = {
            "Clients that mean harm, one attack after the other, beside neighbours that behave.",
            "A neighbour's p99 must stay under 10 ms."
        })
final class Hostile implements Profile, Runnable {
    /** From when on an attack has done harm. */
    static final double P99_MILLIS_MAX = 10;

    /** Memory is back when it is within so much of what it was before. */
    private static final double BACK_WITHIN = 1.1;

    private static final int PAYLOAD_BYTES = 120;

    @Mixin private Options options = new Options();

    @Option(
            names = "--only",
            paramLabel = "ATTACK",
            split = ",",
            description = "These attacks only. Default: all, ${COMPLETION-CANDIDATES}.")
    private List<Attack> only = List.of(Attack.values());

    @Option(names = "--together", description = "At the end all of them at once, as long again.")
    private boolean together;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "0",
            description = "Acts of the attackers per second. Default: 0 = what suits the attack.")
    private int rate;

    @Option(
            names = "--neighbours",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Clients that behave. Default: ${DEFAULT-VALUE}.")
    private int neighbours;

    @Option(
            names = "--neighbour-rate",
            paramLabel = "R",
            defaultValue = "1000",
            description = "Their echoes per second, over all. Default: ${DEFAULT-VALUE}.")
    private int neighbourRate;

    @Option(
            names = "--seconds",
            paramLabel = "TIME",
            defaultValue = "12s",
            converter = DurationOption.class,
            description = "How long each attack takes. Default: ${DEFAULT-VALUE}.")
    private Duration seconds = Duration.ofSeconds(12);

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            defaultValue = "5s",
            converter = DurationOption.class,
            description = "How long neighbours echo before. Default: ${DEFAULT-VALUE}.")
    private Duration warmup = Duration.ofSeconds(5);

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "Of what is random. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Override
    public void run() {
        Bench.run(this, options);
    }

    @Override
    public String name() {
        return "hostile";
    }

    @Override
    public String description() {
        return "%,d neighbours send %,d echoes per second at fixed times, timed from then, while others attack the server, %s each."
                .formatted(neighbours, neighbourRate, DurationOption.text(seconds));
    }

    @Override
    public int connections() {
        return neighbours + lines();
    }

    /** With {@code --heap}: what the attack left behind. */
    private static void compareHeaps(Trial trial, String label, long before) {
        long after = trial.heapBytes();
        if (before > 0) {
            trial.metric(label + ": live heap before", "MB", before / 1e6, Better.NEITHER);
            trial.metric(label + ": live heap after", "MB", after / 1e6, Better.LOWER);
            if (after > before * 1.1) {
                trial.warn(
                        "%s: the live heap was %.1f MB before and is %.1f MB after."
                                .formatted(label, before / 1e6, after / 1e6));
            }
        }
    }

    private int lines() {
        var lines = only.stream().mapToInt(Attack::lines);
        return together ? lines.sum() : lines.max().orElse(0);
    }

    private List<String> labels() {
        List<String> labels = new ArrayList<>(only.stream().map(Attack::label).toList());
        if (together) {
            labels.add(HostileTable.TOGETHER);
        }
        return labels;
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("attacks", only.stream().map(Attack::label).collect(Collectors.joining(", ")));
        settings.put("acts per second", rate == 0 ? "as suits each attack" : "%,d".formatted(rate));
        settings.put("neighbours", "%,d".formatted(neighbours));
        settings.put("their echoes per second", "%,d".formatted(neighbourRate));
        settings.put("warm-up", DurationOption.text(warmup));
        settings.put("each attack", DurationOption.text(seconds));
        settings.put("seed", Long.toString(seed));
        return settings;
    }

    @Override
    public List<String> headlines() {
        return labels().stream().map(HostileTable::p99).toList();
    }

    @Override
    public void check() {
        options.require(
                neighbours >= 1 && neighbours <= options.slotsPerRing(),
                "--neighbours takes 1 to " + options.slotsPerRing() + ".");
        options.require(
                neighbourRate >= 1 && neighbourRate <= 100_000,
                "--neighbour-rate takes 1 to 100000.");
        options.require(rate >= 0 && rate <= 1_000_000, "--rate takes 0 to 1000000.");
        options.require(!seconds.isZero(), "--seconds takes more than 0.");
        options.require(
                (double) neighbourRate * seconds.toSeconds() < Messages.ECHO_REFS,
                "--neighbour-rate times --seconds is too much.");
    }

    @Override
    public void printFigures(Report report, PrintStream out) {
        HostileTable.print(report, labels(), out);
        only.forEach(attack -> out.printf("%-14s%s%n", attack.label(), attack.description()));
        out.println();
    }

    @Override
    public void measure(Trial trial) {
        Plan plan =
                trial.plan(
                        neighbours,
                        Topics.one("bench:neighbours"),
                        PAYLOAD_BYTES,
                        Plan.Batching.PROMPT,
                        1);
        try (Fleet fleet = Fleet.start(plan);
                Timeline _ = trial.timeline(fleet, Count.ECHOED, "echoes of neighbours")) {
            trial.connect(fleet, "neighbours");
            if (fleet.joined() < neighbours) {
                return;
            }
            Neighbours all = new Neighbours(trial, fleet, neighbourRate);
            if (!warmup.isZero()) {
                all.live(warmup, "warming up");
            }
            Usage usage = trial.usage();
            all.live(seconds, HostileTable.QUIET);
            all.record(HostileTable.QUIET);
            for (Attack attack : only) {
                attack(trial, all, attack.label(), List.of(attack));
            }
            if (together) {
                attack(trial, all, HostileTable.TOGETHER, only);
            }
            trial.disturbances(trial.usage().minus(usage));
            trial.integrity(fleet.counts());
        }
    }

    private void attack(Trial trial, Neighbours all, String label, List<Attack> attacks) {
        Target target = trial.target();
        Scrape before = Scrape.of(target);
        ResidentPeak resident = new ResidentPeak(trial.residentBytes());
        long heapBefore = trial.heapBytes();
        Usage usage = trial.usage();
        List<Attacker> attackers =
                attacks.stream()
                        .map(a -> Attacker.start(a, target, rate == 0 ? a.perSecond() : rate, seed))
                        .toList();
        try {
            all.live(seconds, label, () -> resident.at(trial.residentBytes()));
        } finally {
            attackers.forEach(Attacker::close);
        }
        Usage used = trial.usage().minus(usage);
        Scrape after = Scrape.of(target);
        all.record(label);
        HostileTable.record(trial, label, attackers, used, after.refusedSince(before));
        if (!trial.await(() -> Scrape.of(target).clients() <= neighbours, () -> 0)) {
            trial.warn(
                    "%s: %,d clients are still there, of %,d that should be."
                            .formatted(label, Scrape.of(target).clients(), neighbours));
        }
        boolean _ = // the server has some seconds to give back what it took
                trial.await(
                        () -> trial.residentBytes() <= resident.before() * BACK_WITHIN, () -> 0);
        HostileTable.record(trial, label, resident, trial.residentBytes());
        compareHeaps(trial, label, heapBefore);
        for (Attacker attacker : attackers) {
            if (!attacker.awaitsAnswers()
                    && attacker.perSecond() < 0.95 * attacker.perSecondDue()) {
                trial.warn(
                        "%s: %s acts a second were due, and %s done."
                                .formatted(
                                        label,
                                        Report.number(attacker.perSecondDue()),
                                        Report.number(attacker.perSecond())));
            }
        }
    }
}
