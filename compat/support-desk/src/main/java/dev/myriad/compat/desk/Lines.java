package dev.myriad.compat.desk;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** What was said, the last 500 lines of it; a table in real life. Thread-safe. */
final class Lines {
    private static final int KEPT_MAX = 500;

    private final Deque<Line> kept = new ArrayDeque<>();
    private long last;

    /** Keeps a line, before it is broadcast. */
    synchronized Line add(String by, Text text) {
        Line line = new Line(++last, by, text.text());
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
