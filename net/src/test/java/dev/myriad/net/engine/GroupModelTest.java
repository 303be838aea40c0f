package dev.myriad.net.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.net.Application;
import dev.myriad.net.ConnectionHandler;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import dev.myriad.net.Limits;
import dev.myriad.net.Memory;
import dev.myriad.net.Receipt;
import dev.myriad.net.Upgrade;
import dev.myriad.protocol.Handshake;
import dev.myriad.protocol.RequestHead;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Groups against a model: whatever joins, leaves and vanishes while sends are under way in slices,
 * a send reaches those who were members when it was asked for and still are when their turn comes,
 * once, in order.
 */
class GroupModelTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everySendReachesItsMembersOnceAndInOrder(long seed) {
        Random random = new Random(seed);
        Desk desk = new Desk();
        Shard[] shards = {desk};
        List<ShardedGroup> groups = new ArrayList<>();
        List<Model> models = new ArrayList<>();
        for (int g = 0; g < 3; g++) {
            groups.add(new ShardedGroup(shards, 2));
            models.add(new Model());
        }
        List<Line> lines = new ArrayList<>();
        AtomicInteger open = new AtomicInteger();
        int sent = 0;
        for (int step = 0; step < 4_000; step++) {
            int g = random.nextInt(groups.size());
            Model model = models.get(g);
            switch (random.nextInt(10)) {
                case 0, 1 -> lines.add(desk.connect(random.nextInt(2)));
                case 2, 3, 4 -> {
                    if (!lines.isEmpty()) {
                        Line line = lines.get(random.nextInt(lines.size()));
                        groups.get(g).add(line);
                        desk.serveCommands();
                        model.members.add(line);
                    }
                }
                case 5 -> {
                    if (!lines.isEmpty()) {
                        Line line = lines.get(random.nextInt(lines.size()));
                        groups.get(g).remove(line);
                        desk.serveCommands();
                        model.leave(line);
                    }
                }
                case 6 -> {
                    if (lines.size() > 20) {
                        Line line = lines.remove(random.nextInt(lines.size()));
                        line.vanish();
                        models.forEach(m -> m.leave(line));
                    }
                }
                case 7, 8 -> {
                    String frames = g + ":" + sent++ + ";";
                    Line except =
                            lines.isEmpty() || random.nextInt(3) > 0
                                    ? null
                                    : lines.get(random.nextInt(lines.size()));
                    String instead = random.nextBoolean() ? "" : g + ":instead" + sent + ";";
                    open.incrementAndGet();
                    Receipt receipt = new Counted(open);
                    groups.get(g).send(bytes(frames), except, bytes(instead), receipt);
                    receipt.end();
                    desk.serveCommands();
                    model.send(frames, except, instead);
                }
                default -> desk.turnsOf(random.nextInt(3));
            }
        }
        desk.turnsOf(Integer.MAX_VALUE);
        assertThat(open).as("receipts that have not ended").hasValue(0);
        for (int g = 0; g < groups.size(); g++) {
            for (Line line : lines) {
                assertThat(line.receivedOf(g))
                        .as("seed %d, group %d", seed, g)
                        .isEqualTo(models.get(g).owed(line));
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A receipt of something that everybody gets. */
    private static final class Counted extends Receipt {
        private final AtomicInteger open;

        Counted(AtomicInteger open) {
            this.open = open;
        }

        @Override
        protected void ended(boolean complete) {
            assertThat(complete).isTrue();
            open.decrementAndGet();
        }
    }

    /** What each line is owed: a send is owed when asked for, and forgiven to those who leave. */
    private static final class Model {
        final Set<Line> members = new LinkedHashSet<>();
        final Map<Line, List<String>> owed = new HashMap<>();

        void send(String frames, @Nullable Line except, String instead) {
            for (Line line : members) {
                String its = line == except ? instead : frames;
                if (!its.isEmpty()) {
                    owed.computeIfAbsent(line, _ -> new ArrayList<>()).add(its);
                }
            }
        }

        void leave(Line line) {
            if (members.remove(line)) {
                // What had not come yet will not come any more.
                owed.computeIfAbsent(line, _ -> new ArrayList<>())
                        .removeIf(frames -> !line.received.contains(frames));
            }
        }

        List<String> owed(Line line) {
            return owed.getOrDefault(line, List.of());
        }
    }

    /** A shard without a thread: the test makes its turns. */
    private static final class Desk extends Shard {
        private final Lane[] lanes = {new Desk.Tray(0), new Desk.Tray(1)};

        Desk() {
            super(
                    0,
                    Limits.DEFAULT,
                    new AcceptAll(),
                    new Room(Limits.DEFAULT, Memory.of(Limits.DEFAULT)));
        }

        Line connect(int lane) {
            Line line = new Line(this, lanes[lane]);
            line.open();
            return line;
        }

        void serveCommands() {
            // A turn would also send a slice: only the commands are wanted.
            serve();
        }

        void turnsOf(int most) {
            for (int i = 0; i < most && turn(); i++) {
                assertThat(i).isLessThan(1_000_000);
            }
        }

        @Override
        public Lane[] lanes() {
            return lanes;
        }

        @Override
        public boolean isInside() {
            return false;
        }

        @Override
        protected void wake() {}

        private final class Tray implements Lane {
            private final int index;
            private String frames = "";

            Tray(int index) {
                this.index = index;
            }

            @Override
            public int index() {
                return index;
            }

            @Override
            public Shard shard() {
                return Desk.this;
            }

            @Override
            public void shareBegins(byte[] bytes) {
                frames = new String(bytes, StandardCharsets.UTF_8);
            }

            @Override
            public void share(Wire wire) {
                ((Line) wire).get(frames);
            }

            @Override
            public void shareEnds() {}
        }
    }

    /** A wire that keeps what it got. */
    private static final class Line extends Wire {
        private final Lane lane;
        final List<String> received = new ArrayList<>();

        Line(Shard shard, Lane lane) {
            super(shard);
            this.lane = lane;
        }

        void open() {
            begin();
            byte[] request =
                    Handshake.request("test", "/", "dGhlIHNhbXBsZSBub25jZQ==", Optional.empty());
            received(request, 0, request.length);
            ((Desk) shard()).serveCommands();
        }

        /** Frames that came in one piece. */
        void get(String frames) {
            received.addAll(List.of(frames.split("(?<=;)")));
        }

        void vanish() {
            gone();
        }

        List<String> receivedOf(int group) {
            return received.stream().filter(s -> s.startsWith(group + ":")).toList();
        }

        @Override
        public Lane lane() {
            return lane;
        }

        @Override
        protected void transmit(byte[] bytes) {
            String text = new String(bytes, StandardCharsets.UTF_8);
            if (!text.startsWith("HTTP")) {
                get(text);
            }
        }

        @Override
        protected void finish() {}

        @Override
        protected int outputBytes() {
            return 0;
        }

        @Override
        protected void abort() {}

        @Override
        protected void peerIs(InetSocketAddress client) {}

        @Override
        public InetSocketAddress peer() {
            return InetSocketAddress.createUnresolved("test", 1);
        }
    }

    private static final class AcceptAll implements Application {
        @Override
        public void upgrade(RequestHead request, Upgrade upgrade) {
            upgrade.accept(
                    new ConnectionHandler() {
                        @Override
                        public void opened(dev.myriad.net.Connection connection) {}

                        @Override
                        public void text(byte[] bytes, int from, int to) {}

                        @Override
                        public void binary(byte[] bytes, int from, int to) {}

                        @Override
                        public void closed(int code) {}
                    },
                    Optional.empty());
        }

        @Override
        public HttpAnswer http(HttpQuestion question) {
            return HttpAnswer.text(404, "");
        }
    }
}
