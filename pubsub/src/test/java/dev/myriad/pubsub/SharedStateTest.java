package dev.myriad.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.myriad.protocol.Payload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Replicas of one topic over a model of the log, which may take a message late, twice or never, and
 * may be lost. What each says that it has done is done once, in one order; in the end all are
 * equal.
 */
class SharedStateTest {
    private static final int STEPS = Integer.getInteger("myriad.steps", 1_500);
    private static final int NODES = 3;
    private static final StateRule RULE = StateRule.keyed();

    /** Some seeds, or the one that is given by {@code -Dmyriad.seed}. */
    static LongStream seeds() {
        Long one = Long.getLong("myriad.seed");
        return one == null
                ? LongStream.range(0, Integer.getInteger("myriad.seeds", 60))
                : LongStream.of(one);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void allBecomeTheSame(long seed) {
        new Simulation(seed).run();
    }

    /** Servers of NATS that were cut off from each other can have told them different things. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whoWasToldSomethingElseBecomesAsTheOthers(long seed) {
        new Simulation(seed).runWithMistake(false);
    }

    /** The same, where there are as many changes. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whoHasOtherValuesAtTheSameVersionBecomesAsTheOthers(long seed) {
        new Simulation(seed).runWithMistake(true);
    }

    /** A message in the log. */
    private record Stored(long place, Payload payload) {}

    /** One run. */
    private static final class Simulation {
        final Random random;
        final List<Replica> replicas = new ArrayList<>();

        /** What there is of it. */
        List<Stored> log = new ArrayList<>();

        long last;
        String epoch = "e";

        /** What comes of it, by place. */
        final Map<Long, String> truth = new HashMap<>();

        long nanos;
        long numbers;
        boolean away;
        boolean lost;

        /** Whether one is told what the others are not. */
        boolean mistaken;

        /** Who is told something else the next time. */
        int liedTo = -1;

        Simulation(long seed) {
            random = new Random(seed);
        }

        void run() {
            for (int i = 0; i < NODES; i++) {
                replicas.add(new Replica(this, i + 1));
            }
            for (int step = 0; step < STEPS; step++) {
                act(random.nextInt(NODES));
            }
            calm();
            allAreEqual();
            if (!lost) {
                counted(replicas.getFirst().state);
            }
        }

        private void allAreEqual() {
            Replica first = replicas.getFirst();
            for (Replica each : replicas) {
                assertThat(each.shared.isKnown()).isTrue();
                assertThat(text(each.state.content())).isEqualTo(text(first.state.content()));
                assertThat(each.waiting).allMatch(CompletableFuture::isDone);
            }
        }

        /**
         * @param alike whether it makes as many changes as what the others are told
         */
        void runWithMistake(boolean alike) {
            mistaken = true;
            for (int i = 0; i < NODES; i++) {
                replicas.add(new Replica(this, i + 1));
            }
            change(random.nextInt(200));
            int one = random.nextInt(NODES);
            if (alike) {
                liedTo = one;
            } else {
                var _ = replicas.get(one).state.apply(new StateCommand.Put("k1", large()));
            }
            change(400);
            assertThat(liedTo).isNegative();
            calm();
            allAreEqual();
        }

        /** One that makes as many changes, but others. */
        private static StateCommand another(StateCommand command) {
            Map<String, byte[]> values = new LinkedHashMap<>();
            ((StateCommand.PutAll) command)
                    .values()
                    .forEach((key, value) -> values.put("not-" + key, value));
            return new StateCommand.PutAll(values);
        }

        /** What one is told, who is lied to once. */
        Stored lie(Replica to, Stored stored) {
            if (liedTo < 0 || replicas.get(liedTo) != to) {
                return stored;
            }
            try {
                if (StateWire.entry(stored.payload.bytes()) instanceof StateEntry.Commands it) {
                    List<StateCommand> others =
                            it.commands().stream().map(Simulation::another).toList();
                    liedTo = -1;
                    return new Stored(
                            stored.place,
                            Payload.binary(
                                    StateWire.bytes(
                                            new StateEntry.Commands(
                                                    it.origin(), it.number(), others))));
                }
                return stored;
            } catch (StateWire.UnreadableException e) {
                throw new AssertionError(e);
            }
        }

        private void change(int times) {
            for (int i = 0; i < times; i++) {
                Replica node = replicas.get(random.nextInt(NODES));
                var _ = node.want(many());
                for (int step = 0; step < 6; step++) {
                    boolean _ = replicas.get(random.nextInt(NODES)).step();
                }
                pass(10_000_000);
            }
        }

        /** Whatever was said to be done is in the values: each adds one to a counter. */
        private void counted(KeyedState state) {
            Map<String, Integer> accepted = new HashMap<>();
            replicas.forEach(
                    each ->
                            each.accepted.forEach(
                                    (key, n) -> accepted.merge(key, n, Integer::sum)));
            accepted.forEach(
                    (key, count) ->
                            assertThat(number(state.get(key)))
                                    .as(key)
                                    .isBetween(count, count + unsure()));
        }

        private int unsure() {
            return replicas.stream().mapToInt(each -> each.unsure).sum();
        }

        private void act(int index) {
            Replica node = replicas.get(index);
            switch (random.nextInt(24)) {
                case 0, 1, 2, 3, 4 -> node.add("counter" + random.nextInt(3));
                case 5 -> node.want(new StateCommand.Put("k" + random.nextInt(30), large()));
                case 6 -> node.want(new StateCommand.Remove("k" + random.nextInt(30)));
                case 7 -> node.want(many());
                case 8 -> node.want(new StateCommand.Once("id" + random.nextInt(50), many()));
                case 9, 10 -> node.lose(random.nextInt(4) == 0);
                case 11 -> rarely(20, () -> replicas.set(index, node.died()));
                case 12 -> rarely(20, node::reload);
                case 13 -> rarely(30, () -> away = random.nextInt(3) == 0);
                case 14 -> pass(random.nextInt(1_000_000_000));
                case 15 -> rarely(10, () -> pass(SharedState.TRIM_NANOS));
                case 16 -> rarely(300, this::loseLog);
                default -> node.step();
            }
        }

        private void rarely(int oneIn, Runnable action) {
            if (random.nextInt(oneIn) == 0) {
                action.run();
            }
        }

        private void pass(long time) {
            nanos += time;
            replicas.forEach(each -> each.shared.look());
        }

        /** All that there was is gone, and all nodes read what there is. */
        private void loseLog() {
            lost = true;
            log = new ArrayList<>();
            last = random.nextInt(10);
            epoch += "e";
            truth.clear();
            replicas.forEach(Replica::reload);
        }

        private byte[] large() {
            return ("\"" + "x".repeat(random.nextInt(3_000)) + "\"")
                    .getBytes(StandardCharsets.US_ASCII);
        }

        private StateCommand many() {
            Map<String, byte[]> values = new LinkedHashMap<>();
            for (int i = 0; i < 5; i++) {
                values.put("k" + random.nextInt(30), large());
            }
            return new StateCommand.PutAll(values);
        }

        private void calm() {
            away = false;
            for (int round = 0; round < 50; round++) {
                pass(SharedState.TRIM_NANOS / 10);
                for (Replica each : replicas) {
                    while (each.step()) {
                        // until nothing is under way
                    }
                }
            }
        }
    }

    private static String text(StateContent content) {
        StringBuilder text = new StringBuilder();
        text.append(content.version()).append(' ').append(content.removedVersion());
        content.entries().stream()
                .map(
                        each ->
                                each.key()
                                        + "="
                                        + new String(each.value(), StandardCharsets.US_ASCII)
                                                .hashCode()
                                        + "@"
                                        + each.version())
                .sorted()
                .forEach(each -> text.append(' ').append(each));
        return text.append(content.done()).toString();
    }

    private static int number(Optional<byte[]> value) {
        return value.map(it -> Integer.parseInt(new String(it, StandardCharsets.US_ASCII)))
                .orElse(0);
    }

    /** A node. */
    private static final class Replica implements ClusterLog {
        final Simulation in;
        final KeyedState state = new KeyedState(RULE);
        final SharedState shared;

        /** What it has handed over, the oldest first. */
        final List<Payload> handed = new ArrayList<>();

        /** What goes with it. */
        final List<Sent> sent = new ArrayList<>();

        /** Whose outcome is not known yet. */
        final List<CompletableFuture<StateCommand.Outcome>> waiting = new ArrayList<>();

        final Map<String, Integer> accepted = new HashMap<>();
        int unsure;

        /** The place that it was told of last. */
        long told;

        boolean anew;

        Replica(Simulation in, long origin) {
            this.in = in;
            this.shared =
                    new SharedState("t", state, this, origin, () -> ++in.numbers, () -> in.nanos);
            reload();
        }

        /** Another run, which has to read everything. */
        Replica died() {
            Replica next = new Replica(in, in.random.nextLong());
            next.accepted.putAll(accepted);
            next.unsure = unsure + waiting.size();
            return next;
        }

        void reload() {
            List<Kept> all = new ArrayList<>();
            in.log.forEach(each -> all.add(kept(each)));
            told = in.last;
            shared.loaded(new Position(in.epoch, told), all);
            compared();
            written();
        }

        /** Who is at the same place has the same. */
        private void compared() {
            if (in.mistaken || !shared.isKnown()) {
                return; // it knows more than the log, and has not told it yet
            }
            String mine = text(state.content());
            String others = in.truth.putIfAbsent(told, mine);
            assertThat(mine).as("at %d", told).isEqualTo(others == null ? mine : others);
        }

        private Kept kept(Stored stored) {
            return new Kept("", stored.payload, new Position(in.epoch, stored.place), 0, 0);
        }

        /** Adds one to a number, if nobody else does meanwhile. */
        void add(String key) {
            byte[] next =
                    String.valueOf(number(state.get(key)) + 1).getBytes(StandardCharsets.US_ASCII);
            long seen = state.version();
            want(new StateCommand.CompareAndSet(key, seen, next))
                    .ifPresent(
                            outcome -> {
                                var _ =
                                        outcome.whenComplete(
                                                (it, fault) -> {
                                                    if (fault != null) {
                                                        unsure++;
                                                    } else if (it.done()) {
                                                        accepted.merge(key, 1, Integer::sum);
                                                    }
                                                });
                            });
        }

        Optional<CompletableFuture<StateCommand.Outcome>> want(StateCommand command) {
            waiting.removeIf(CompletableFuture::isDone);
            if (waiting.size() > 20) {
                return Optional.empty();
            }
            try {
                CompletableFuture<StateCommand.Outcome> outcome = shared.submit(command);
                waiting.add(outcome);
                return Optional.of(outcome);
            } catch (TopicException refused) {
                return Optional.empty();
            }
        }

        /** Takes what it has handed over last for lost; it may be in the log, or come into it. */
        void lose(boolean really) {
            if (really && !handed.isEmpty()) {
                shared.unlogged(sent.getFirst());
                if (in.random.nextBoolean()) {
                    handed.removeFirst();
                    sent.removeFirst();
                }
            }
        }

        /** The log takes something, or tells something; whether there was anything. */
        boolean step() {
            if (anew) {
                anew = false;
                reload();
                return true;
            }
            if (!handed.isEmpty() && (in.random.nextBoolean() || told == in.last)) {
                if (in.away) {
                    return false;
                }
                in.log.add(new Stored(++in.last, handed.getFirst()));
                if (in.random.nextInt(10) > 0) { // else it is handed over once more
                    handed.removeFirst();
                    sent.removeFirst();
                }
                return true;
            }
            for (Stored each : in.log) {
                if (each.place > told) {
                    told = each.place;
                    shared.logged(kept(in.lie(this, each)));
                    compared();
                    written();
                    return true;
                }
            }
            told = in.last;
            return false;
        }

        private void written() {
            if (shared.isLong(in.random.nextInt(20) == 0)) {
                SharedState.Snapshot snapshot = shared.snapshot();
                shared.write(snapshot, StateWire.bytes(snapshot.shared()));
            }
        }

        @Override
        public boolean append(String topic, String event, Payload payload, Sent goesWith) {
            if (in.away) {
                return false;
            }
            handed.add(payload);
            sent.add(goesWith);
            return true;
        }

        /** Who has not been told yet is so slow that it would read it anew. */
        @Override
        public void trim(String topic, Position upTo) {
            if (upTo.epoch().equals(in.epoch)) {
                long place = upTo.offset();
                in.replicas.stream().filter(each -> each.told < place).forEach(Replica::reload);
                in.log.removeIf(each -> each.place <= place);
            }
        }

        @Override
        public void readAnew(String topic) {
            anew = true;
        }

        @Override
        public boolean isFull() {
            return false;
        }

        @Override
        public long bytesMax() {
            return 20_000; // so that what is written down comes in parts
        }

        @Override
        public void came(String topic, HistoryRule wanted) {}

        @Override
        public void went(String topic) {}

        @Override
        public long awaitKnown(String topic, Position seen) {
            return 0;
        }

        @Override
        public void passedBy(String topic) {}

        @Override
        public void toldPast(String topic) {}
    }

    @Test
    void nothingIsWantedBeforeItIsKnown() {
        Simulation in = new Simulation(0);
        Replica node = new Replica(in, 1);
        node.shared.lost("nothing");
        assertThatThrownBy(() -> node.shared.submit(new StateCommand.Remove("a")))
                .isInstanceOfSatisfying(
                        TopicException.class,
                        e -> assertThat(e.code()).isEqualTo(TopicException.Code.UNAVAILABLE));
    }

    @Test
    void whatIsUnderWayWhenItIsLostIsUnsure() {
        Simulation in = new Simulation(0);
        Replica node = new Replica(in, 1);
        CompletableFuture<StateCommand.Outcome> outcome =
                node.shared.submit(new StateCommand.Put("a", new byte[] {'1'}));
        node.shared.unlogged(node.sent.getFirst());
        assertThatThrownBy(outcome::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(TopicException.class);
    }
}
