package dev.myriad.bench;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/** A kind of load, and what is measured under it. */
sealed interface Profile permits Idle, Fanout, Echo, Mixed, Storm, Hostile, Soak {
    String name();

    /** One sentence for the report. */
    String description();

    /** Connections that the server has to hold. */
    int connections();

    /** What was asked for, as the report shows it. */
    Map<String, String> settings();

    /** The figures that the report opens with. */
    List<String> headlines();

    /** Refuses options that make no sense. */
    void check();

    void measure(Trial trial);

    /** Prints the figures, between what was measured and under which conditions. */
    default void printFigures(Report report, PrintStream out) {
        report.printFigures(out);
    }
}
