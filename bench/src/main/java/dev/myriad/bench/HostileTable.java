package dev.myriad.bench;

import dev.myriad.bench.Run.Better;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What attacks did, a row each; figures are medians of rounds. Stateless. */
final class HostileTable {
    static final String QUIET = "quiet";
    static final String TOGETHER = "together";

    private static final String REFUSED = ": refused, ";
    private static final String ROW = "%-14s%9s%9s%9s%9s%9s%9s%18s%9s  %-5s %s%n";

    private HostileTable() {}

    static String p50(String label) {
        return label + ": neighbours' p50";
    }

    static String p99(String label) {
        return label + ": neighbours' p99";
    }

    static String max(String label) {
        return label + ": neighbours' max";
    }

    static String late(String label) {
        return label + ": neighbours sent late by, p99";
    }

    private static String acts(String label) {
        return label + ": acts";
    }

    private static String cuts(String label) {
        return label + ": connections that the server ended";
    }

    private static String resident(String label, String when) {
        return label + ": server RSS " + when;
    }

    // ---- in

    static void record(
            Trial trial,
            String label,
            List<Attacker> attackers,
            Usage used,
            Map<String, Long> refused) {
        trial.metric(
                acts(label),
                "/s",
                attackers.stream().mapToDouble(Attacker::perSecond).sum(),
                Better.NEITHER);
        trial.metric(
                label + ": attackers late by, p99",
                "ms",
                attackers.stream()
                        .mapToDouble(a -> a.lateness().getValueAtPercentile(99) / 1e3)
                        .max()
                        .orElse(0),
                Better.NEITHER);
        trial.metric(
                label + ": acts without a line",
                "",
                attackers.stream().mapToLong(Attacker::idle).sum(),
                Better.NEITHER);
        trial.metric(
                cuts(label),
                "",
                attackers.stream().mapToLong(Attacker::cuts).sum(),
                Better.NEITHER);
        trial.metric(
                label + ": CPU of the server",
                "cores",
                used.server() / used.seconds(),
                Better.NEITHER);
        trial.metric(
                label + ": CPU of the generator",
                "cores",
                used.generator() / used.seconds(),
                Better.NEITHER);
        refused.forEach(
                (reason, count) ->
                        trial.metric(label + REFUSED + reason, "", count, Better.NEITHER));
    }

    static void record(Trial trial, String label, ResidentPeak resident, long after) {
        trial.metric(resident(label, "before"), "MB", resident.before() / 1e6, Better.NEITHER);
        trial.metric(resident(label, "after"), "MB", after / 1e6, Better.NEITHER);
        trial.metric(resident(label, "at most"), "MB", resident.peak() / 1e6, Better.NEITHER);
    }

    // ---- out

    static void print(Report report, List<String> labels, PrintStream out) {
        for (String server : report.servers()) {
            out.printf("%s: neighbours' latency in ms, RSS of the server in MB%n%n", server);
            out.printf(
                    ROW,
                    "attack",
                    "acts/s",
                    "p50",
                    "p99",
                    "quiet",
                    "max",
                    "late p99",
                    "RSS, peak, after",
                    "ended",
                    "",
                    "refused by the server's count");
            labels.forEach(label -> print(report, server, label, out));
            out.println();
        }
    }

    private static void print(Report report, String server, String label, PrintStream out) {
        double p99 = value(report, server, p99(label));
        out.printf(
                ROW,
                label,
                Report.number(Math.rint(value(report, server, acts(label)))),
                millis(value(report, server, p50(label))),
                millis(p99),
                millis(value(report, server, p99(QUIET))),
                millis(value(report, server, max(label))),
                millis(value(report, server, late(label))),
                "%.0f %.0f %.0f"
                        .formatted(
                                value(report, server, resident(label, "before")),
                                value(report, server, resident(label, "at most")),
                                value(report, server, resident(label, "after"))),
                Report.number(Math.rint(value(report, server, cuts(label)))),
                p99 < Hostile.P99_MILLIS_MAX ? "pass" : "FAIL",
                refused(report, server, label));
    }

    private static String millis(double value) {
        return "%.1f".formatted(value);
    }

    private static double value(Report report, String server, String name) {
        return report.row(name).stream()
                .flatMap(row -> row.cells().stream())
                .filter(cell -> cell.server().equals(server))
                .mapToDouble(Report.Cell::median)
                .findFirst()
                .orElse(Double.NaN);
    }

    private static String refused(Report report, String server, String label) {
        String start = label + REFUSED;
        return report.summary().stream()
                .filter(row -> row.name().startsWith(start))
                .map(
                        row ->
                                row.name().substring(start.length())
                                        + " "
                                        + Report.number(
                                                Math.rint(value(report, server, row.name()))))
                .collect(Collectors.joining(", "));
    }
}
