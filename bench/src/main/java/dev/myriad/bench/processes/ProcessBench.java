package dev.myriad.bench.processes;

import dev.myriad.bench.BenchException;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** The command: runs each trial in a JVM of its own and prints what it found. */
@Command(
        name = "processes",
        mixinStandardHelpOptions = true,
        description = {
            "What a process costs, and how fast processes talk, beside the BEAM's figures.",
            "No server is needed."
        })
public final class ProcessBench implements Runnable {
    private static final String CHILD = "--in-this-jvm";
    private static final JsonMapper JSON = JsonMapper.shared();

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures, one a line.")
    private @Nullable Path json;

    @Option(
            names = "--only",
            paramLabel = "TRIAL",
            split = ",",
            description = "Run these trials only: live, ping-pong, ring-1000, ...")
    private List<String> only = List.of();

    @Option(
            names = "--live",
            paramLabel = "N",
            defaultValue = "134217727",
            description = "Processes to hold at a time. Default: ${DEFAULT-VALUE}.")
    private int live;

    @Option(
            names = "--live-heap",
            paramLabel = "SIZE",
            defaultValue = "6500m",
            description = "Heap of the JVM that holds them. Default: ${DEFAULT-VALUE}.")
    private String liveHeap = "";

    @Option(
            names = "--rounds",
            paramLabel = "R",
            defaultValue = "8",
            description = "Rounds of a trial, of which the best counts. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--inspect",
            description = "Measure nothing: show what the runtime tells about a small load.")
    private boolean inspect;

    @Option(names = CHILD, hidden = true)
    private boolean child;

    @Spec private @Nullable CommandSpec spec;

    @Override
    public void run() {
        try {
            if (inspect) {
                new Inspection(out()).run();
            } else if (child) {
                measure(trials().getFirst());
            } else {
                report();
            }
        } catch (BenchException e) {
            throw e;
        } catch (Exception e) {
            throw new BenchException("a trial failed: " + e, e);
        }
    }

    private List<Trial> trials() {
        List<Trial> trials =
                Arrays.stream(Trial.values())
                        .filter(trial -> only.isEmpty() || only.contains(trial.label()))
                        .toList();
        if (trials.isEmpty()) {
            throw new BenchException(
                    "there is no such trial; there are "
                            + String.join(
                                    ", ",
                                    Arrays.stream(Trial.values()).map(Trial::label).toList()));
        }
        return trials;
    }

    private void measure(Trial trial) throws Exception {
        for (Figure figure : trial.measure(new Scale(live, rounds))) {
            out().println(JSON.writeValueAsString(figure));
        }
    }

    private void report() throws IOException, InterruptedException {
        List<String> lines = new ArrayList<>();
        out().println("%-42s %18s %18s %8s".formatted("", "Myriad", "BEAM, OTP 25", "times"));
        for (Trial trial : trials()) {
            for (Figure figure : inOwnJvm(trial)) {
                out().println(row(figure));
                out().flush();
                lines.add(line(figure));
            }
        }
        if (json != null) {
            Files.write(json, lines);
        }
    }

    private List<Figure> inOwnJvm(Trial trial) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        trial.heap(liveHeap).ifPresent(size -> command.add("-Xmx" + size));
        Optional.ofNullable(System.getProperty("jdk.module.path"))
                .ifPresentOrElse(
                        path ->
                                command.addAll(
                                        List.of("-p", path, "-m", "dev.myriad.bench/" + MAIN)),
                        () ->
                                command.addAll(
                                        List.of(
                                                "-cp",
                                                System.getProperty("java.class.path"),
                                                MAIN)));
        command.addAll(
                List.of(
                        "processes",
                        CHILD,
                        "--only=" + trial.label(),
                        "--live=" + live,
                        "--rounds=" + rounds));
        Path log = Files.createTempFile("myriad-bench", ".log");
        java.lang.Process jvm = new ProcessBuilder(command).redirectError(log.toFile()).start();
        List<Figure> figures =
                jvm.inputReader()
                        .lines()
                        .filter(line -> line.startsWith("{"))
                        .map(line -> JSON.readValue(line, Figure.class))
                        .toList();
        if (jvm.waitFor() != 0) {
            throw new BenchException(
                    "the trial " + trial.label() + " failed; its JVM's log is " + log);
        }
        Files.delete(log);
        return figures;
    }

    private static final String MAIN = "dev.myriad.bench.Main";

    private static String row(Figure figure) {
        return "%-42s %18s %18s %8s"
                .formatted(
                        figure.name(),
                        number(figure.value()),
                        figure.beam() == 0 ? "" : number(figure.beam()),
                        figure.timesBetter() == 0 ? "" : "%.1f".formatted(figure.timesBetter()));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) < 1_000 ? "%,.3f" : "%,.0f", value);
    }

    private static String line(Figure figure) {
        return String.format(
                Locale.ROOT,
                "{\"name\":\"%s\",\"value\":%s,\"unit\":\"%s\"}",
                figure.name(),
                new BigDecimal(figure.value())
                        .setScale(4, RoundingMode.HALF_UP)
                        .stripTrailingZeros()
                        .toPlainString(),
                figure.unit());
    }

    private PrintWriter out() {
        if (spec == null) {
            throw new AssertionError("not started by picocli");
        }
        return spec.commandLine().getOut();
    }
}
