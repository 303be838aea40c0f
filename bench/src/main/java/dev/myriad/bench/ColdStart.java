package dev.myriad.bench;

import java.util.List;

/**
 * One start of a server and the closed loop of echoes that meets it, in its first seconds and when
 * it is warm. Immutable.
 *
 * @param listeningSeconds from the launcher's start to the line that says it listens
 * @param readySeconds from there to the first 200 of {@code /ready}
 * @param firstMicros CPU of the server's process for each echo, connecting and joining included
 */
record ColdStart(
        double listeningSeconds,
        double readySeconds,
        double firstMicros,
        double firstP99,
        double warmMicros,
        double warmP99,
        double readyMegabytes,
        double warmMegabytes) {
    static ColdStart measure(
            ColdOptions options, ServerKind kind, List<String> extra, Progress progress) {
        try (Server server = options.start(kind, extra)) {
            double listening = server.age();
            Fleet fleet = Fleet.start(options.echoing(server));
            try (fleet) {
                Readiness.await(server);
                double ready = server.age();
                double readyMegabytes = Proc.residentBytes(server.pid()) / 1e6;
                Moment before = Moment.now(server, fleet);
                options.connect(fleet, server);
                List<EchoLoop> loops = ColdOptions.loops(fleet);
                options.hold(server, options.first());
                Moment first = Moment.now(server, fleet);
                double firstP99 = Run.Latency.of("first", fleet.takeLatencies()).p99();
                options.hold(server, options.warmAfter());
                fleet.takeLatencies();
                Moment later = Moment.now(server, fleet);
                options.hold(server, options.warm());
                Moment last = Moment.now(server, fleet);
                double warmP99 = Run.Latency.of("warm", fleet.takeLatencies()).p99();
                double warmMegabytes = Proc.residentBytes(server.pid()) / 1e6;
                options.stop(fleet, server, loops);
                ColdStart start =
                        new ColdStart(
                                listening,
                                ready,
                                first.microsSince(before),
                                firstP99,
                                last.microsSince(later),
                                warmP99,
                                readyMegabytes,
                                warmMegabytes);
                progress.say(start.summary(extra));
                return start;
            }
        }
    }

    /** How much more an echo costs in the first seconds. */
    double ratio() {
        return firstMicros / warmMicros;
    }

    private String summary(List<String> extra) {
        return "ready after %.2f s %s: %.1f us an echo at first, %.1f warm, %.2f x; p99 %.1f ms, %.1f warm"
                .formatted(
                        readySeconds, extra, firstMicros, warmMicros, ratio(), firstP99, warmP99);
    }

    /** What the server's process has used, and how many echoes have come back. */
    private record Moment(double cpuSeconds, long echoes) {
        static Moment now(Server server, Fleet fleet) {
            return new Moment(Proc.cpuSeconds(server.pid()), fleet.counts().of(Count.ECHOED));
        }

        double microsSince(Moment earlier) {
            return (cpuSeconds - earlier.cpuSeconds) * 1e6 / Math.max(1, echoes - earlier.echoes);
        }
    }
}
