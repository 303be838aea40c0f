package dev.myriad.bench;

import java.time.Duration;
import java.util.List;

/**
 * Everybody connects to a server that has just started, beside some who are in already and echo at
 * fixed times. Immutable.
 *
 * @param p99 of those who are in already, in milliseconds from when each echo should have left
 * @param seconds until the last has joined
 * @param microsEach CPU of the server's process for each that came back
 */
record ColdReturn(double p99, double max, double seconds, double joined, double microsEach) {
    private static final int ECHOES_PER_SECOND = 1_000;
    private static final Duration LONG = Duration.ofMinutes(5);

    static ColdReturn measure(ColdOptions options, ServerKind kind, Progress progress) {
        try (Server server = options.start(kind, List.of())) {
            try (Fleet present = Fleet.start(options.echoing(server));
                    Fleet returning = Fleet.start(options.returning(server))) {
                Readiness.await(server);
                options.connect(present, server);
                EchoPace pace =
                        present.first(
                                thread -> new EchoPace(thread, present.plan(), ECHOES_PER_SECOND));
                present.first(
                        _ -> {
                            pace.start(LONG.toNanos());
                            return true;
                        });
                double cpu = Proc.cpuSeconds(server.pid());
                long began = System.nanoTime();
                returning.connect();
                ColdOptions.await(
                        server,
                        () -> {
                            Count.Sums counts = returning.counts();
                            return counts.of(Count.JOINED) + counts.of(Count.GAVE_UP)
                                    >= returning.plan().clients();
                        },
                        returning);
                Run.Latency echoes = Run.Latency.of("present", present.takeLatencies());
                long joined = returning.joined();
                double used = Proc.cpuSeconds(server.pid()) - cpu;
                ColdReturn back =
                        new ColdReturn(
                                echoes.p99(),
                                echoes.max(),
                                (returning.lastJoinAt() - began) / 1e9,
                                joined,
                                used * 1e6 / Math.max(1, joined));
                progress.say(
                        "%,d back in %.2f s, %.0f us each; those already in: p99 %.1f ms, max %.1f"
                                .formatted(
                                        joined,
                                        back.seconds(),
                                        back.microsEach(),
                                        back.p99(),
                                        back.max()));
                return back;
            }
        }
    }
}
