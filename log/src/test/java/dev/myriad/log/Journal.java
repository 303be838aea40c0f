package dev.myriad.log;

import java.lang.System.Logger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.ResourceBundle;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** The backend of these tests: keeps what is logged, by the logger's name. Thread-safe. */
public final class Journal extends System.LoggerFinder {
    /** One entry of a log. */
    record Written(Logger.Level level, String text, Optional<Throwable> thrown) {}

    /** What a logger does with an entry, before it keeps it. */
    interface Conduct {
        void write(Written entry) throws InterruptedException;
    }

    private static final Map<String, Queue<Written>> ENTRIES = new ConcurrentHashMap<>();
    private static final Map<String, Conduct> CONDUCTS = new ConcurrentHashMap<>();

    /** The service loader makes one. */
    public Journal() {}

    static List<Written> of(String name) {
        return List.copyOf(queue(name));
    }

    static List<String> texts(String name) {
        return of(name).stream().map(Written::text).toList();
    }

    /** How many times something was told, by all lines of a log. */
    static long told(String name) {
        return texts(name).stream().mapToLong(Journal::times).sum();
    }

    private static long times(String line) {
        if (line.matches("\\d+ more like it: .*")) {
            return Long.parseLong(line.substring(0, line.indexOf(' ')));
        }
        int more = line.lastIndexOf(" more like it)");
        return more < 0
                ? 1
                : 1 + Long.parseLong(line.substring(line.lastIndexOf('(', more) + 1, more));
    }

    static void conduct(String name, Conduct conduct) {
        CONDUCTS.put(name, conduct);
    }

    private static Queue<Written> queue(String name) {
        return ENTRIES.computeIfAbsent(name, _ -> new ConcurrentLinkedQueue<>());
    }

    @Override
    public Logger getLogger(String name, Module module) {
        return new Keeper(name);
    }

    private record Keeper(String name) implements Logger {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean isLoggable(Level level) {
            return level.getSeverity() >= Level.INFO.getSeverity();
        }

        @Override
        public void log(
                Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String text,
                @Nullable Throwable thrown) {
            Written entry = new Written(level, String.valueOf(text), Optional.ofNullable(thrown));
            try {
                CONDUCTS.getOrDefault(name, _ -> {}).write(entry);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            queue(name).add(entry);
        }

        @Override
        public void log(
                Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String format,
                @Nullable Object @Nullable ... params) {
            throw new AssertionError("a text was taken for a format: " + format);
        }
    }
}
