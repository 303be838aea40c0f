package dev.myriad.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The servers that can be started. */
enum ServerKind {
    MYRIAD_URING("Myriad, io_uring"),
    MYRIAD_NETTY("Myriad, Netty"),
    REFERENCE("C epoll reference");

    private final String label;

    ServerKind(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    String option() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** How to start one for so many connections. */
    List<String> command(Path root, int port, int connections) {
        String max = Integer.toString(connections + 1_000);
        return switch (this) {
            case MYRIAD_URING -> myriad(root, port, max, "uring");
            case MYRIAD_NETTY -> myriad(root, port, max, "netty");
            case REFERENCE ->
                    List.of(
                            reference(root).toString(),
                            "--port",
                            Integer.toString(port),
                            "--host",
                            "127.0.0.1",
                            "--max-connections",
                            max);
        };
    }

    private static List<String> myriad(Path root, int port, String max, String transport) {
        return List.of(
                root.resolve("myriad").toString(),
                "serve",
                "--demo",
                "--port",
                Integer.toString(port),
                "--host",
                "127.0.0.1",
                "--transport",
                transport,
                "--max-connections",
                max,
                "--idle-timeout",
                "0");
    }

    /** Builds the reference if its source is newer than the last build. */
    private static Path reference(Path root) {
        Path source = root.resolve("bench/reference");
        Path folder = root.resolve(".myriad/reference");
        Path built = folder.resolve("reference");
        try {
            if (!Files.exists(built) || newest(source) > modified(built)) {
                Process process =
                        new ProcessBuilder(
                                        "sh",
                                        source.resolve("build.sh").toString(),
                                        folder.toString())
                                .redirectErrorStream(true)
                                .start();
                String said = String.join("\n", process.inputReader().lines().toList());
                if (process.waitFor() != 0) {
                    throw new BenchException("The reference cannot be built: " + said);
                }
            }
            return built;
        } catch (IOException | InterruptedException e) {
            throw new BenchException("The reference cannot be built: " + e.getMessage(), e);
        }
    }

    private static long newest(Path folder) throws IOException {
        long newest = 0;
        try (var files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                newest = Math.max(newest, modified(file));
            }
        }
        return newest;
    }

    private static long modified(Path file) throws IOException {
        return Files.getLastModifiedTime(file).toMillis();
    }

    /** A kind on the command line: its name with hyphens, with or without {@code myriad-}. */
    static final class Option implements ITypeConverter<ServerKind> {
        @Override
        public ServerKind convert(String text) {
            for (ServerKind kind : ServerKind.values()) {
                if (kind.option().equals(text) || kind.option().equals("myriad-" + text)) {
                    return kind;
                }
            }
            throw new TypeConversionException(
                    "\"" + text + "\" is no server: uring, netty or reference.");
        }
    }
}
