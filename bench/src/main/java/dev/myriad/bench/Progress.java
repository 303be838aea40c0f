package dev.myriad.bench;

import java.io.Console;
import java.io.PrintStream;
import java.util.Optional;

/** Tells on stderr how far something has come: a bar on a terminal, else a line now and then. */
final class Progress {
    private static final int WIDTH = 30;
    private static final long BAR_NANOS = 100_000_000;
    private static final long LINE_NANOS = 10_000_000_000L;

    private final PrintStream out;
    private final boolean terminal;
    private String label = "";
    private long goal;
    private long began;
    private long shown;

    Progress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    static Progress onStderr() {
        return new Progress(
                System.err,
                Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false));
    }

    void begin(String label, long goal) {
        this.label = label;
        this.goal = Math.max(1, goal);
        this.began = System.nanoTime();
        this.shown = began;
    }

    void at(long done) {
        long now = System.nanoTime();
        if (now - shown >= (terminal ? BAR_NANOS : LINE_NANOS)) {
            shown = now;
            show(done);
        }
    }

    void end(long done) {
        show(done);
        if (terminal) {
            out.println();
        }
    }

    void say(String line) {
        out.println(line);
    }

    private void show(long done) {
        double seconds = (System.nanoTime() - began) / 1e9;
        String text = "%,d of %,d  %,.0f/s  %.1f s".formatted(done, goal, done / seconds, seconds);
        if (terminal) {
            int full = (int) (done * WIDTH / goal);
            String bar = "█".repeat(full) + "░".repeat(Math.max(0, WIDTH - full));
            out.print("\r\u001b[K" + label + "  " + bar + "  " + text);
        } else {
            out.println(label + ": " + text);
        }
        out.flush();
    }
}
