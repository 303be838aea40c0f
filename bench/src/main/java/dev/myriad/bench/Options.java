package dev.myriad.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that all profiles share. */
final class Options {
    private static final int SLOTS_MAX = 18_000;

    @Option(
            names = "--url",
            paramLabel = "ws://HOST:PORT/PATH",
            description = "Load a server that runs already. Default: start one.")
    private @Nullable String url;

    @Option(
            names = "--server-pid",
            paramLabel = "PID",
            description = "With --url: the server's process, to measure its memory and CPU.")
    private long serverPid;

    @Option(
            names = {"--server", "--transport"},
            paramLabel = "SERVER",
            converter = ServerKind.Option.class,
            defaultValue = "myriad-uring",
            description =
                    "The server to start: uring or netty, which are Myriad's transports, or"
                            + " reference. Default: uring.")
    private ServerKind server = ServerKind.MYRIAD_URING;

    @Option(
            names = "--against",
            paramLabel = "SERVER",
            converter = ServerKind.Option.class,
            description = "Alternate with runs of this one, and state the ratio.")
    private @Nullable ServerKind against;

    @Option(
            names = "--rounds",
            paramLabel = "R",
            defaultValue = "1",
            description = "Runs of each server; figures are medians. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--server-option",
            paramLabel = "WORD",
            description = "Passed on to the Myriad server that is started; may be repeated.")
    private List<String> serverOptions = new ArrayList<>();

    @Option(
            names = "--client-threads",
            paramLabel = "N",
            description = "Threads of the generator. Default: half as many as cores.")
    private int clientThreads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Clients that connect at the same time. Default: ${DEFAULT-VALUE}.")
    private int inFlight;

    @Option(names = "--heap", description = "Measure the server's live heap too (jcmd).")
    private boolean heap;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the report as JSON.")
    private @Nullable Path json;

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description = "Write report.json and a page with plots, report.html.")
    private @Nullable Path report;

    @Option(
            names = "--root",
            paramLabel = "DIR",
            description = "Where ./myriad is. Default: found from here or from this program.")
    private @Nullable Path root;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    /** The servers to alternate, the one of interest first. */
    List<ServerKind> kinds() {
        return against == null ? List.of(server) : List.of(server, against);
    }

    Optional<String> url() {
        return Optional.ofNullable(url);
    }

    long serverPid() {
        return serverPid;
    }

    int rounds() {
        return rounds;
    }

    List<String> serverOptions() {
        return serverOptions;
    }

    int clientThreads() {
        return clientThreads;
    }

    int inFlight() {
        return inFlight;
    }

    boolean heap() {
        return heap;
    }

    Optional<Path> json() {
        return Optional.ofNullable(json);
    }

    Optional<Path> report() {
        return Optional.ofNullable(report);
    }

    /** Bounded by the open files that a process may have. */
    int slotsPerRing() {
        return Math.clamp(Proc.openFilesMax(), 1, SLOTS_MAX);
    }

    /** What was typed. */
    String command() {
        return spec == null
                ? ""
                : "./myriad bench "
                        + String.join(
                                " ", spec.root().commandLine().getParseResult().originalArgs());
    }

    void check() {
        require(url == null || against == null, "--against needs servers that are started here.");
        require(rounds >= 1 && rounds <= 1_000, "--rounds takes 1 to 1000.");
        require(clientThreads >= 1 && clientThreads <= 256, "--client-threads takes 1 to 256.");
        require(inFlight >= 1 && inFlight <= 1_000_000, "--in-flight takes 1 to 1000000.");
    }

    /** Refuses the command line unless this holds. */
    void require(boolean holds, String otherwise) {
        if (!holds) {
            if (spec == null) {
                throw new BenchException(otherwise);
            }
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }

    /** The folder of the launcher. */
    Path root() {
        if (root != null) {
            return root.toAbsolutePath();
        }
        Path here = Path.of("").toAbsolutePath();
        Path jar = codeSource();
        for (Path start : List.of(here, jar)) {
            for (Path at = start; at != null; at = at.getParent()) {
                if (Files.isExecutable(at.resolve("myriad"))
                        && Files.isDirectory(at.resolve("bench/reference"))) {
                    return at;
                }
            }
        }
        throw new BenchException("There is no ./myriad here; say where with --root.");
    }

    private static Path codeSource() {
        return Path.of(Options.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    }
}
