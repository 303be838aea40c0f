package dev.myriad.bench;

import dev.myriad.bench.Run.Better;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * All runs of a profile, with what has to be known to judge them. Immutable.
 *
 * @param command what to type to get the like
 * @param headlines names of the metrics that matter most
 * @param summary a row for each metric
 */
record Report(
        String profile,
        String description,
        String command,
        String time,
        Map<String, String> settings,
        Map<String, String> conditions,
        List<String> headlines,
        List<Row> summary,
        List<Run> runs) {
    static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /**
     * A metric over all rounds.
     *
     * @param ratio of the first server's median to the second's, if there are two and it can be
     *     told
     */
    record Row(String name, String unit, Better better, List<Cell> cells, Optional<Double> ratio) {
        /** The cell of the server that is of interest. */
        Cell first() {
            return cells.getFirst();
        }
    }

    /** A metric of one server over all rounds. */
    record Cell(String server, double median, double min, double max) {}

    static Report of(
            Profile profile, String command, Map<String, String> conditions, List<Run> runs) {
        return new Report(
                profile.name(),
                profile.description(),
                command,
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                profile.settings(),
                conditions,
                profile.headlines(),
                summarise(runs),
                List.copyOf(runs));
    }

    /** The servers in the order of interest. */
    List<String> servers() {
        return servers(runs);
    }

    private static List<String> servers(List<Run> runs) {
        return List.copyOf(new LinkedHashSet<>(runs.stream().map(Run::server).toList()));
    }

    static List<Row> summarise(List<Run> runs) {
        LinkedHashSet<String> names = new LinkedHashSet<>();
        runs.forEach(run -> run.metrics().forEach(metric -> names.add(metric.name())));
        List<Row> rows = new ArrayList<>();
        for (String name : names) {
            List<Cell> cells = new ArrayList<>();
            for (String server : servers(runs)) {
                double[] values = values(runs, server, name);
                if (values.length > 0) {
                    Arrays.sort(values);
                    cells.add(
                            new Cell(server, median(values), values[0], values[values.length - 1]));
                }
            }
            Run.Metric sample =
                    runs.stream()
                            .flatMap(run -> run.metric(name).stream())
                            .findFirst()
                            .orElseThrow();
            Optional<Double> ratio =
                    sample.better() == Better.NEITHER ? Optional.empty() : ratio(cells);
            rows.add(new Row(name, sample.unit(), sample.better(), cells, ratio));
        }
        return rows;
    }

    private static double[] values(List<Run> runs, String server, String name) {
        return runs.stream()
                .filter(run -> run.server().equals(server))
                .flatMap(run -> run.metric(name).stream())
                .mapToDouble(Run.Metric::value)
                .toArray();
    }

    /** Of sorted values. */
    static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static Optional<Double> ratio(List<Cell> cells) {
        if (cells.size() != 2 || cells.get(0).median() <= 0 || cells.get(1).median() <= 0) {
            return Optional.empty();
        }
        return Optional.of(cells.get(0).median() / cells.get(1).median());
    }

    Optional<Row> row(String name) {
        return summary.stream().filter(row -> row.name().equals(name)).findFirst();
    }

    /** What every reader has to know first, each once. */
    List<String> warnings() {
        LinkedHashSet<String> warnings = new LinkedHashSet<>();
        for (Run run : runs) {
            run.warnings()
                    .forEach(
                            warning ->
                                    warnings.add(
                                            "%s, round %d: %s"
                                                    .formatted(
                                                            run.server(), run.round(), warning)));
        }
        return List.copyOf(warnings);
    }

    // ---- out

    void print(PrintStream out, Profile profile) {
        out.println();
        out.println(description);
        out.println();
        profile.printFigures(this, out);
        conditions.forEach((name, value) -> out.printf("%-30s %s%n", name, value));
        List<String> warnings = warnings();
        if (!warnings.isEmpty()) {
            out.println();
            warnings.forEach(warning -> out.println("! " + warning));
        }
    }

    /** A row for each metric and for each latency. */
    void printFigures(PrintStream out) {
        List<String> servers = servers();
        out.print(" ".repeat(44));
        servers.forEach(server -> out.printf("%22s", abbreviated(server)));
        out.println(servers.size() == 2 ? "     ratio" : "");
        for (Row row : summary) {
            String name = row.unit().isEmpty() ? row.name() : row.name() + ", " + row.unit();
            out.printf("%-44s", name);
            for (String server : servers) {
                out.printf(
                        "%22s",
                        row.cells().stream()
                                .filter(cell -> cell.server().equals(server))
                                .findFirst()
                                .map(cell -> number(cell.median()))
                                .orElse("-"));
            }
            out.println(row.ratio().map("%10.2f"::formatted).orElse(""));
        }
        printLatencies(out);
    }

    private void printLatencies(PrintStream out) {
        out.println();
        out.printf(
                "%-44s%10s%10s%10s%10s%10s%n",
                "latency, ms (median of rounds)", "p50", "p90", "p99", "p99.9", "max");
        LinkedHashSet<String> names = new LinkedHashSet<>();
        runs.forEach(run -> run.latencies().forEach(latency -> names.add(latency.name())));
        for (String name : names) {
            for (String server : servers()) {
                List<Run.Latency> all = latencies(server, name);
                if (!all.isEmpty()) {
                    out.printf(
                            "%-44s%10s%10s%10s%10s%10s%n",
                            name + " | " + abbreviated(server),
                            number(median(all, Run.Latency::p50)),
                            number(median(all, Run.Latency::p90)),
                            number(median(all, Run.Latency::p99)),
                            number(median(all, Run.Latency::p999)),
                            number(median(all, Run.Latency::max)));
                }
            }
        }
        out.println();
    }

    List<Run.Latency> latencies(String server, String name) {
        return runs.stream()
                .filter(run -> run.server().equals(server))
                .flatMap(run -> run.latencies().stream())
                .filter(latency -> latency.name().equals(name))
                .toList();
    }

    static double median(List<Run.Latency> latencies, ToDoubleFunction<Run.Latency> percentile) {
        return median(latencies.stream().mapToDouble(percentile).sorted().toArray());
    }

    private static String abbreviated(String server) {
        return server.length() <= 21 ? server : server.substring(0, 20) + "…";
    }

    /** A figure with as many digits as are worth reading. */
    static String number(double value) {
        double size = Math.abs(value);
        if (value == Math.rint(value) && size < 1e15) {
            return "%,d".formatted((long) value);
        }
        return (size >= 1_000 ? "%,.0f" : size >= 100 ? "%.1f" : size >= 10 ? "%.2f" : "%.3f")
                .formatted(value);
    }

    void writeJson(Path file) {
        write(file, JSON.writeValueAsString(this));
    }

    /** Writes report.json and report.html into a folder. */
    void writePage(Path folder) {
        writeJson(folder.resolve("report.json"));
        write(folder.resolve("report.html"), Page.of(this));
    }

    private static void write(Path file, String text) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.writeString(file, text);
            System.err.println("wrote " + file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
