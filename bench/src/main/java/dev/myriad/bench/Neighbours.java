package dev.myriad.bench;

import dev.myriad.bench.Run.Better;
import java.time.Duration;

/**
 * Clients that behave while others do not: their echoes leave at fixed times. Used by one thread.
 */
final class Neighbours {
    private final Trial trial;
    private final Fleet fleet;
    private final EchoPace pace;

    Neighbours(Trial trial, Fleet fleet, int perSecond) {
        this.trial = trial;
        this.fleet = fleet;
        this.pace = fleet.first(thread -> new EchoPace(thread, fleet.plan(), perSecond));
    }

    void live(Duration time, String label) {
        live(time, label, () -> {});
    }

    /** Echoes for so long, and does something now and then; what came before is forgotten. */
    void live(Duration time, String label, Runnable meanwhile) {
        fleet.takeLatencies();
        fleet.first(
                _ -> {
                    pace.start(time.toNanos());
                    return true;
                });
        trial.hold(time, label, meanwhile);
        trial.await(() -> fleet.first(_ -> pace.isIdle()), () -> fleet.counts().of(Count.ECHOED));
    }

    /** Keeps the figures of the last time under this name. */
    void record(String label) {
        long sent = fleet.first(_ -> pace.sent());
        long returned = fleet.first(_ -> pace.returned());
        Run.Latency echoes = trial.latency(label, fleet.takeLatencies());
        Run.Latency late =
                trial.latency(label + ", sent late by", fleet.first(_ -> pace.lateness()));
        trial.metric(HostileTable.p50(label), "ms", echoes.p50(), Better.LOWER);
        trial.metric(HostileTable.p99(label), "ms", echoes.p99(), Better.LOWER);
        trial.metric(HostileTable.max(label), "ms", echoes.max(), Better.LOWER);
        trial.metric(HostileTable.late(label), "ms", late.p99(), Better.NEITHER);
        if (returned < sent) {
            trial.warn(
                    "%s: %,d of %,d echoes of neighbours never came back."
                            .formatted(label, sent - returned, sent));
        }
    }
}
