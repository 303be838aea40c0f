package dev.myriad.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model of a network with one server in the middle: what somebody sends goes to all who have
 * subscribed then, and waits there until a step delivers it. The server keeps a log. Lines can be
 * cut, and lose single messages. Confined to one thread.
 */
final class Network {
    private final Random random;
    private final List<Line> lines = new ArrayList<>();

    /** The log; what has the number 1 is its first. */
    private final List<Logged> log = new ArrayList<>();

    /** What each line has handed to the log. */
    private final Map<List<Object>, Long> known = new HashMap<>();

    private boolean logAway;

    /** Something in the log. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Logged(String subject, byte[] message) {}

    Network(Random random) {
        this.random = random;
    }

    Line line() {
        Line line = new Line();
        lines.add(line);
        return line;
    }

    List<Logged> log() {
        return log;
    }

    /** Nothing is stored any more, and nothing answers, until it is there again. */
    void logAway(boolean away) {
        logAway = away;
    }

    /** Something that comes to a line. */
    private interface Coming {
        void to(Bus.Listener listener);
    }

    private static String told(String subject) {
        return subject.replace(".h.", ".l.");
    }

    private static boolean matches(String pattern, String subject) {
        return pattern.endsWith(".*")
                ? subject.startsWith(pattern.substring(0, pattern.length() - 1))
                : pattern.equals(subject);
    }

    /** One node's connection. */
    final class Line implements Bus, LogStore {
        private final Set<String> subjects = new HashSet<>();
        private final Queue<Coming> coming = new ArrayDeque<>();
        private @Nullable Listener listener;
        private boolean cut;
        private long session;
        private boolean over;
        private boolean lossy;

        @Override
        public void start(Listener given) {
            listener = given;
            given.connected();
        }

        @Override
        public boolean publish(String subject, byte[] message) {
            if (!isConnected()) {
                return false;
            }
            for (Line other : lines) {
                if (other != this) {
                    other.bring(subject, to -> to.received(message));
                }
            }
            return true;
        }

        private void bring(String subject, Coming what) {
            if (isConnected() && subjects.stream().anyMatch(each -> matches(each, subject))) {
                if (!lossy || random.nextInt(10) > 0) {
                    coming.add(what);
                }
            }
        }

        // ---- the log

        @Override
        public State open(Duration kept) throws IOException {
            return state();
        }

        @Override
        public State state() throws IOException {
            check();
            return new State("e", 1, log.size());
        }

        private void check() throws IOException {
            if (!isConnected() || logAway) {
                throw new IOException("it is away");
            }
        }

        @Override
        public boolean append(String subject, long id, byte[] message) {
            if (!isConnected()) {
                return false;
            }
            if (logAway) {
                return true;
            }
            List<Object> key = List.of(this, id);
            long place = known.computeIfAbsent(key, _ -> log.size() + 1L);
            if (place > log.size()) {
                long previous = last(subject);
                byte[] copy = message.clone();
                log.add(new Logged(subject, copy));
                for (Line each : lines) {
                    each.bring(told(subject), to -> to.logged(place, previous, copy));
                }
            }
            if (!lossy || random.nextInt(10) > 0) {
                coming.add(to -> to.acknowledged(id, place));
            }
            return true;
        }

        @Override
        public long bytesMax() {
            return 1_000_000;
        }

        @Override
        public long last(String subject) {
            for (int i = log.size(); i > 0; i--) {
                if (log.get(i - 1).subject.equals(subject)) {
                    return i;
                }
            }
            return 0;
        }

        @Override
        public long count(String subject) {
            return log.stream().filter(each -> each.subject.equals(subject)).count();
        }

        @Override
        public void read(String wanted, long from, long upTo, Reader reader) throws IOException {
            check();
            for (long place = Math.max(1, from); place <= log.size(); place++) {
                Logged each = log.get((int) place - 1);
                if (wanted.endsWith(">") || wanted.equals(each.subject)) {
                    reader.take(place, each.subject, each.message);
                }
            }
        }

        @Override
        public boolean subscribe(String subject) {
            subjects.add(subject);
            return true;
        }

        @Override
        public void unsubscribe(String subject) {
            subjects.remove(subject);
        }

        @Override
        public boolean isConnected() {
            return !cut && !over;
        }

        @Override
        public long session() {
            return session;
        }

        @Override
        public boolean answers(Duration within) {
            return isConnected();
        }

        @Override
        public long waiting() {
            return 0;
        }

        @Override
        public long discarded() {
            return 0;
        }

        @Override
        public void close() {
            over = true;
        }

        /** Delivers the oldest message, if there is one. */
        boolean step() {
            Coming next = over ? null : coming.poll();
            if (next != null) {
                next.to(heard());
            }
            return next != null;
        }

        /** All that is under way to it is lost, and nothing comes until it is mended. */
        void cut() {
            if (!cut) {
                cut = true;
                session++;
                coming.clear();
            }
        }

        void mend() {
            if (cut) {
                cut = false;
                heard().connected();
            }
        }

        private Listener heard() {
            return Objects.requireNonNull(listener);
        }

        void loses(boolean some) {
            lossy = some;
        }
    }
}
