package dev.myriad.bench;

import dev.myriad.net.uring.Probe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** Which servers a command measures, one after the other, and what it tells of each. */
final class Kinds {
    private static final JsonMapper JSON = JsonMapper.shared();

    @Option(
            names = "--transport",
            paramLabel = "uring|netty",
            split = ",",
            converter = ServerKind.Option.class,
            description = "Default: both.")
    private List<ServerKind> kinds = List.of(ServerKind.MYRIAD_URING, ServerKind.MYRIAD_NETTY);

    @Option(names = "--json", paramLabel = "FILE", description = "Write an object a transport.")
    private @Nullable Path json;

    List<ServerKind> all() {
        return kinds;
    }

    /** Whatever needs the generator needs this. */
    static void check() {
        Probe.obstacle()
                .ifPresent(
                        why -> {
                            throw new BenchException(
                                    "The load generator needs io_uring, and " + why + ".");
                        });
    }

    /** Measures each and tells the figures. */
    void each(Function<ServerKind, Map<String, Object>> measure) {
        check();
        List<Map<String, Object>> figures = new ArrayList<>();
        for (ServerKind kind : kinds) {
            figures.add(measure.apply(kind));
        }
        tell(figures);
    }

    /** Prints figures by name, and writes them if that is wanted. */
    void tell(List<Map<String, Object>> all) {
        List<String> lines = new ArrayList<>();
        for (Map<String, Object> figures : all) {
            figures.forEach((name, value) -> System.out.printf("%-44s %s%n", name, value));
            System.out.println();
            lines.add(JSON.writeValueAsString(figures));
        }
        if (json != null) {
            try {
                Files.write(json, lines);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static double rounded(double figure) {
        return Math.round(figure * 1e3) / 1e3;
    }
}
