package dev.myriad.net.engine;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How many files this process may have open, and has. Immutable.
 *
 * @param max the soft limit, which the JVM has raised to the hard one
 */
public record OpenFiles(int max, int used) {
    private static final int UNKNOWN = 1 << 20;

    /** What the program opens besides: logs, files, connections to its database. */
    private static final int RESERVE_PART = 8;

    private static final int RESERVE_MIN = 16;
    private static final int RESERVE_MAX = 1_024;

    /** As it is now; a system that does not tell, as others than Linux, has plenty. */
    public static OpenFiles now() {
        return new OpenFiles(limit(), open());
    }

    /** How many more may be opened, but for a reserve. */
    public int left() {
        return Math.max(0, max - used - Math.clamp(max / RESERVE_PART, RESERVE_MIN, RESERVE_MAX));
    }

    private static int limit() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
                if (line.startsWith("Max open files")) {
                    String soft = line.split(" {2,}", -1)[1];
                    return soft.equals("unlimited")
                            ? UNKNOWN
                            : (int) Math.min(UNKNOWN, Long.parseLong(soft));
                }
            }
        } catch (IOException _) {
            // no such file, or no descriptor left to read it
        }
        return UNKNOWN;
    }

    private static int open() {
        int count = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path _ : files) {
                count++;
            }
        } catch (IOException _) {
            // the same
        }
        return count;
    }
}
