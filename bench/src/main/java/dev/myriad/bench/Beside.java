package dev.myriad.bench;

import java.time.Duration;

/** Those who echo at fixed times on a thread of their own, whatever goes on beside them. */
final class Beside {
    private static final int CONNECTIONS = 200;
    private static final int PER_SECOND = 1_000;
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Fleet fleet;
    private final EchoPace pace;

    private Beside(Fleet fleet, EchoPace pace) {
        this.fleet = fleet;
        this.pace = pace;
    }

    static Beside start(Stage stage) {
        Fleet fleet = stage.small(CONNECTIONS, Topics.one("bench:echo"));
        fleet.connect();
        stage.awaitJoined(fleet, PATIENCE);
        EchoPace pace =
                fleet.first(
                        thread -> {
                            EchoPace made = new EchoPace(thread, fleet.plan(), PER_SECOND);
                            made.start(LONG.toNanos());
                            return made;
                        });
        return new Beside(fleet, pace);
    }

    /** Latencies since the last time. */
    Run.Latency take() {
        return Run.Latency.of("beside", fleet.takeLatencies());
    }

    /** How late echoes have left since the start, p99 in milliseconds: the generator's own part. */
    double lateness() {
        return Run.Latency.of("late", fleet.first(_ -> pace.lateness())).p99();
    }

    /** Sent, but not answered yet. */
    long missing() {
        return fleet.first(_ -> pace.sent() - pace.returned());
    }
}
