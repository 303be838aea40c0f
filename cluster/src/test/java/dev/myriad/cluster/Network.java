package dev.myriad.cluster;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model of a network with one server in the middle: what somebody sends goes to all who have
 * subscribed then, and waits there until a step delivers it. Lines can be cut, and lose single
 * messages. Confined to one thread.
 */
final class Network {
    private final Random random;
    private final List<Line> lines = new ArrayList<>();

    Network(Random random) {
        this.random = random;
    }

    Line line() {
        Line line = new Line();
        lines.add(line);
        return line;
    }

    /** One node's connection. */
    final class Line implements Bus {
        private final Set<String> subjects = new HashSet<>();
        private final Queue<byte[]> coming = new ArrayDeque<>();
        private @Nullable Listener listener;
        private boolean cut;
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
                if (other != this && other.isConnected() && other.subjects.contains(subject)) {
                    if (other.lossy && random.nextInt(10) == 0) {
                        continue;
                    }
                    other.coming.add(message);
                }
            }
            return true;
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
            byte[] message = over ? null : coming.poll();
            if (message != null) {
                heard().received(message);
            }
            return message != null;
        }

        /** All that is under way to it is lost, and nothing comes until it is mended. */
        void cut() {
            cut = true;
            coming.clear();
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
