package dev.myriad.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model of a network with one server in the middle: what somebody sends goes to all who have
 * subscribed then, and waits there until a step delivers it. The server keeps logs. Lines can be
 * cut, and lose single messages. Confined to one thread.
 */
final class Network {
    private final Random random;
    private final List<Line> lines = new ArrayList<>();

    private final Map<LogKind, Stored> logs = new EnumMap<>(LogKind.class);
    private boolean logAway;

    /** What is wrong, by intent. */
    private final PlantedBug bug;

    /** Something in a log. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Logged(long place, String subject, byte[] message) {}

    /** A log. */
    private static final class Stored {
        final List<Logged> messages = new ArrayList<>();

        /** What there was, trimmed or not. */
        final List<Logged> ever = new ArrayList<>();

        /** What each line has handed to it. */
        final Map<List<Object>, Long> known = new HashMap<>();

        long last;

        long last(String subject) {
            return messages.stream()
                    .filter(each -> each.subject.equals(subject))
                    .mapToLong(Logged::place)
                    .max()
                    .orElse(0);
        }
    }

    Network(Random random) {
        this(random, PlantedBug.NONE);
    }

    Network(Random random, PlantedBug bug) {
        this.random = random;
        this.bug = bug;
        for (LogKind kind : LogKind.values()) {
            logs.put(kind, new Stored());
        }
    }

    private Stored stored(LogKind kind) {
        return Objects.requireNonNull(logs.get(kind));
    }

    Line line() {
        Line line = new Line();
        lines.add(line);
        return line;
    }

    List<Logged> log(LogKind kind) {
        return stored(kind).messages;
    }

    /** All that a log ever had. */
    List<Logged> ever(LogKind kind) {
        return stored(kind).ever;
    }

    /** Nothing is stored any more, and nothing answers, until it is there again. */
    void logAway(boolean away) {
        logAway = away;
    }

    /** The servers lose what they stored last, though they have told it. */
    void loseEnd(LogKind kind) {
        Stored stored = stored(kind);
        long lost = stored.last--;
        stored.messages.removeIf(each -> each.place == lost);
        stored.ever.removeIf(each -> each.place == lost);
        stored.known.values().removeIf(place -> place == lost);
    }

    /** Something that comes to a line. */
    private interface Coming {
        void to(Bus.Listener listener);
    }

    private static String told(LogKind kind, String subject) {
        return subject.replace("." + kind.to + ".", "." + kind.told + ".");
    }

    private static boolean matches(String pattern, String subject) {
        return pattern.endsWith(".*")
                ? subject.startsWith(pattern.substring(0, pattern.length() - 1))
                : pattern.equals(subject);
    }

    /** One node's connection. */
    final class Line implements Bus {
        private final Set<String> subjects = new HashSet<>();
        private final Queue<Coming> coming = new ArrayDeque<>();
        private @Nullable Listener listener;
        private boolean cut;
        private long session;
        private boolean over;
        private boolean lossy;
        private boolean deaf;

        /** Whether it has lost something and not said so. */
        boolean hasLost;

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
            byte[] sent = bug.sent(message);
            for (Line other : lines) {
                if (other != this) {
                    other.bring(subject, to -> to.received(sent));
                }
            }
            return true;
        }

        private void bring(String subject, Coming what) {
            if (isConnected()
                    && !deaf
                    && subjects.stream().anyMatch(each -> matches(each, subject))) {
                if (!lossy || random.nextInt(10) > 0) {
                    coming.add(what);
                }
            }
        }

        /** A log as it is seen over this line. */
        LogStore log(LogKind kind) {
            return new Shelf(this, kind);
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

        void steps() {
            boolean more = true;
            while (more) {
                more = step();
            }
        }

        /** Hears nothing but what is answered to itself. */
        void deaf(boolean now) {
            deaf = now;
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
                heard().disconnected();
                heard().connected();
            }
        }

        private Listener heard() {
            return Objects.requireNonNull(listener);
        }

        void loses(boolean some) {
            lossy = some;
            hasLost |= some;
        }
    }

    /** A log over a line. */
    private final class Shelf implements LogStore {
        private final Line line;
        private final LogKind kind;
        private final Stored stored;

        Shelf(Line line, LogKind kind) {
            this.line = line;
            this.kind = kind;
            this.stored = stored(kind);
        }

        @Override
        public State open(Duration kept) throws IOException {
            return state();
        }

        @Override
        public State state() throws IOException {
            check();
            long first =
                    stored.messages.isEmpty() ? stored.last + 1 : stored.messages.getFirst().place;
            return new State("e", first, stored.last, 0, Long.MAX_VALUE);
        }

        private void check() throws IOException {
            if (!line.isConnected() || logAway) {
                throw new IOException("it is away");
            }
        }

        @Override
        public boolean append(long session, String subject, long id, byte[] message) {
            if (!line.isConnected() || line.session != session) {
                return false;
            }
            if (logAway) {
                return true;
            }
            List<Object> key = List.of(line, id);
            if (bug == PlantedBug.STORED_AGAIN) {
                stored.known.remove(key);
            }
            long place = stored.known.computeIfAbsent(key, _ -> stored.last + 1);
            if (place > stored.last && bug.isStored(message)) {
                long previous = bug == PlantedBug.WITHOUT_PREVIOUS ? 0 : last(subject);
                byte[] copy = message.clone();
                stored.last = place;
                stored.messages.add(new Logged(place, subject, copy));
                stored.ever.add(new Logged(place, subject, copy));
                for (Line each : lines) {
                    each.bring(told(kind, subject), to -> to.logged(kind, place, previous, copy));
                }
            }
            if (!line.lossy || random.nextInt(10) > 0) {
                line.coming.add(to -> to.acknowledged(kind, id, place));
            }
            return true;
        }

        @Override
        public void trim(String subject, long upTo) throws IOException {
            check();
            long last = bug == PlantedBug.TRIMMED_TOO_FAR ? upTo + 1 : upTo;
            stored.messages.removeIf(each -> each.subject.equals(subject) && each.place <= last);
        }

        @Override
        public long bytesMax() {
            return 1_000_000;
        }

        @Override
        public Optional<byte[]> get(long sequence) {
            return stored.messages.stream()
                    .filter(each -> each.place == sequence)
                    .map(Logged::message)
                    .findFirst();
        }

        @Override
        public long last(String subject) {
            return stored.last(subject);
        }

        @Override
        public long count(String subject) {
            return stored.messages.stream().filter(each -> each.subject.equals(subject)).count();
        }

        @Override
        public void read(String wanted, long from, long upTo, Reader reader) throws IOException {
            check();
            for (Logged each : List.copyOf(stored.messages)) {
                if (each.place >= from && (wanted.endsWith(">") || wanted.equals(each.subject))) {
                    reader.take(each.place, each.subject, each.message);
                }
            }
        }
    }
}
