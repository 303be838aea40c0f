package dev.myriad.bench;

import dev.myriad.net.uring.Probe;
import java.util.ArrayList;
import java.util.List;

/** Runs a profile as often as asked for, against all servers in turn, and reports. */
final class Bench {
    private Bench() {}

    static void run(Profile profile, Options options) {
        options.check();
        profile.check();
        Probe.obstacle()
                .ifPresent(
                        why -> {
                            throw new BenchException(
                                    "The load generator needs io_uring, and " + why + ".");
                        });
        Progress progress = Progress.onStderr();
        List<Run> runs = new ArrayList<>();
        for (int round = 1; round <= options.rounds(); round++) {
            for (ServerKind kind : inTurn(options.kinds(), round)) {
                runs.add(once(profile, options, kind, round, progress));
            }
        }
        Report report = Report.of(profile, options.command(), Conditions.now(options, runs), runs);
        report.print(System.out, profile);
        options.json().ifPresent(report::writeJson);
        options.report().ifPresent(report::writePage);
    }

    /** The order alternates, so that a drift of the machine favours nobody. */
    static <T> List<T> inTurn(List<T> all, int round) {
        return round % 2 == 1 ? all : all.reversed();
    }

    private static Run once(
            Profile profile, Options options, ServerKind kind, int round, Progress progress) {
        try (Server server = server(profile, options, kind)) {
            progress.say(
                    "%s, round %d of %d: %s"
                            .formatted(profile.name(), round, options.rounds(), server.name()));
            Trial trial = new Trial(options, server, round, progress);
            profile.measure(trial);
            return trial.finished();
        }
    }

    private static Server server(Profile profile, Options options, ServerKind kind) {
        return options.url()
                .map(url -> Server.foreign(url, options.serverPid()))
                .orElseGet(
                        () ->
                                Server.start(
                                        kind,
                                        options.root(),
                                        profile.connections(),
                                        kind == ServerKind.REFERENCE
                                                ? List.of()
                                                : options.serverOptions()));
    }
}
