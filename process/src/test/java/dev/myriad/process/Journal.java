package dev.myriad.process;

import java.io.PrintWriter;
import java.io.Writer;
import java.text.MessageFormat;
import java.util.List;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Keeps what is logged while the tests run, so that they can read it. Thread-safe. */
public final class Journal extends System.LoggerFinder {
    /** One entry of the log. */
    record Entry(System.Logger.Level level, String text, Optional<Throwable> thrown) {}

    private static final ConcurrentLinkedQueue<Entry> ENTRIES = new ConcurrentLinkedQueue<>();

    /** The service loader makes one. */
    public Journal() {}

    static List<Entry> entries(Predicate<Entry> wanted) {
        return ENTRIES.stream().filter(wanted).toList();
    }

    @Override
    public System.Logger getLogger(String name, Module module) {
        return new Log(name);
    }

    private record Log(String name) implements System.Logger {
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
            if (isLoggable(level)) {
                if (thrown != null) {
                    thrown.printStackTrace(new PrintWriter(Writer.nullWriter())); // as logs do
                }
                ENTRIES.add(new Entry(level, String.valueOf(text), Optional.ofNullable(thrown)));
            }
        }

        @Override
        public void log(
                Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String format,
                @Nullable Object @Nullable ... params) {
            if (isLoggable(level)) {
                ENTRIES.add(
                        new Entry(
                                level,
                                MessageFormat.format(String.valueOf(format), params),
                                Optional.empty()));
            }
        }
    }
}
