package dev.myriad.compat.desk;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** What was said, the last 500 lines of it; a table in real life. Thread-safe. */
final class Lines {
    private static final int KEPT_MAX = 500;

    private final Deque<Line> kept = new ArrayDeque<>();
    private long last;

    /** A line; the first has number 1, and each that follows one more. */
    record Line(long number, String by, String text) {}

    /** Keeps a line, before it is broadcast. */
    synchronized Line add(User by, Text text) {
        Line line = new Line(++last, by.name(), text.text());
        kept.addLast(line);
        if (kept.size() > KEPT_MAX) {
            kept.removeFirst();
        }
        return line;
    }

    synchronized List<Line> after(long number) {
        return kept.stream().filter(line -> line.number() > number).toList();
    }
}
