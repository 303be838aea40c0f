package dev.myriad.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Starts servers again and again, and measures what the first seconds of each cost beside those in
 * which it is warm. The generator is warmed before, against a server of its own.
 */
@Command(
        name = "cold",
        mixinStandardHelpOptions = true,
        description = {
            "What a server that has just started costs in its first seconds, beside later ones,",
            "with its warm-up and without; then everybody connects to one at once."
        })
final class Cold implements Runnable {
    private static final Duration GENERATOR_WARM_UP = Duration.ofSeconds(8);

    @Mixin private ColdOptions options = new ColdOptions();

    @Mixin private Kinds kinds = new Kinds();

    @Option(
            names = "--warm-only",
            description = "Leave out the starts without warm-up, which are for comparison.")
    private boolean warmOnly;

    @Override
    public void run() {
        options.check();
        Kinds.check();
        Progress progress = Progress.onStderr();
        warmTheGenerator(progress);
        List<Seen> all = kinds.all().stream().map(Seen::new).toList();
        int rounds = options.rounds();
        for (int round = 1; round <= rounds; round++) {
            for (Seen seen : Bench.inTurn(all, round)) {
                progress.say(
                        "cold, round %d of %d: %s".formatted(round, rounds, seen.kind.label()));
                measure(seen, progress);
            }
        }
        kinds.tell(all.stream().map(Seen::figures).toList());
    }

    /** Else its own first seconds would be measured. */
    private void warmTheGenerator(Progress progress) {
        progress.say("cold: warming the generator, against a server of its own");
        try (Server server = options.start(ServerKind.MYRIAD_URING, List.of());
                Fleet fleet = Fleet.start(options.echoing(server))) {
            options.connect(fleet, server);
            options.echo(fleet, server, GENERATOR_WARM_UP);
            fleet.dropAll(true, Sources.anyBlock());
            options.awaitJoined(fleet, server);
        }
    }

    private void measure(Seen seen, Progress progress) {
        seen.warmed.add(ColdStart.measure(options, seen.kind, List.of(), progress));
        if (!warmOnly) {
            seen.plain.add(
                    ColdStart.measure(options, seen.kind, List.of("--no-warm-up"), progress));
        }
        if (options.connections() > 0) {
            seen.returns.add(ColdReturn.measure(options, seen.kind, progress));
        }
    }

    /** What was seen of one kind of server. */
    private record Seen(
            ServerKind kind,
            List<ColdStart> warmed,
            List<ColdStart> plain,
            List<ColdReturn> returns) {
        Seen(ServerKind kind) {
            this(kind, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }

        Map<String, Object> figures() {
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("server", kind.label());
            put(figures, warmed, "");
            if (!plain.isEmpty()) {
                put(figures, plain, "_without_warm_up");
                figures.put("listening_s", median(plain, ColdStart::listeningSeconds));
            }
            if (!returns.isEmpty()) {
                figures.put("reconnect_p99_ms", median(returns, ColdReturn::p99));
                figures.put("reconnect_max_ms", median(returns, ColdReturn::max));
                figures.put("reconnect_s", median(returns, ColdReturn::seconds));
                figures.put("reconnected", median(returns, ColdReturn::joined));
                figures.put("reconnect_us_each", median(returns, ColdReturn::microsEach));
            }
            return figures;
        }

        private static void put(Map<String, Object> figures, List<ColdStart> starts, String of) {
            figures.put("first_seconds_ratio" + of, median(starts, ColdStart::ratio));
            figures.put("first_seconds_p99_ms" + of, median(starts, ColdStart::firstP99));
            figures.put("ready_s" + of, median(starts, ColdStart::readySeconds));
            figures.put("first_seconds_us_per_echo" + of, median(starts, ColdStart::firstMicros));
            figures.put("warm_us_per_echo" + of, median(starts, ColdStart::warmMicros));
            figures.put("warm_p99_ms" + of, median(starts, ColdStart::warmP99));
            figures.put("ready_rss_mb" + of, median(starts, ColdStart::readyMegabytes));
            figures.put("warm_rss_mb" + of, median(starts, ColdStart::warmMegabytes));
        }

        private static <T> double median(List<T> all, ToDoubleFunction<T> figure) {
            return Kinds.rounded(
                    Report.median(all.stream().mapToDouble(figure).sorted().toArray()));
        }
    }
}
