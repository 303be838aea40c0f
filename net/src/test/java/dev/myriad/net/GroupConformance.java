package dev.myriad.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.net.TestServer.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** The same bytes to many. */
interface GroupConformance extends Fixture {
    private static void addAll(Group group, List<Pair> pairs) {
        pairs.forEach(pair -> group.add(pair.connection()));
    }

    private static void send(Group group, String text) {
        group.send(TestApplication.text(text), null);
    }

    @Test
    default void everyMemberGetsEverythingInOrder() {
        try (TestServer server = server()) {
            Group group = server.transport.group();
            List<Pair> pairs = server.pairs(50);
            addAll(group, pairs);
            for (int i = 0; i < 200; i++) {
                send(group, "g" + i);
            }
            for (Pair pair : pairs) {
                for (int i = 0; i < 200; i++) {
                    assertThat(pair.client().nextText()).isEqualTo("g" + i);
                }
            }
        }
    }

    @Test
    default void oneMayBeLeftOut() {
        try (TestServer server = server()) {
            Group group = server.transport.group();
            List<Pair> pairs = server.pairs(4);
            addAll(group, pairs);
            group.send(TestApplication.text("not for the first"), pairs.getFirst().connection());
            send(group, "for all");
            assertThat(pairs.getFirst().client().nextText()).isEqualTo("for all");
            for (Pair pair : pairs.subList(1, 4)) {
                assertThat(pair.client().nextText()).isEqualTo("not for the first");
                assertThat(pair.client().nextText()).isEqualTo("for all");
            }
        }
    }

    @Test
    default void addingTwiceIsAddingOnce() {
        try (TestServer server = server()) {
            Group group = server.transport.group();
            Pair pair = server.pair();
            group.add(pair.connection());
            group.add(pair.connection());
            send(group, "once");
            assertThat(pair.client().nextText()).isEqualTo("once");
            group.remove(pair.connection());
            group.remove(pair.connection());
            send(group, "never");
            group.add(pair.connection());
            send(group, "again");
            assertThat(pair.client().nextText()).isEqualTo("again");
        }
    }

    /** The frames and the membership are one step, also when others send meanwhile. */
    @Test
    default void whoHasSeenTheFirstFramesMissesNothing() {
        try (TestServer server = server()) {
            Pair pair = server.pair();
            for (int i = 0; i < 1_000; i++) {
                Group group = server.transport.group();
                String welcome = "welcome " + i;
                byte[] frames = TestApplication.text(welcome);
                Thread.startVirtualThread(() -> group.add(pair.connection(), frames));
                assertThat(pair.client().nextText()).isEqualTo(welcome);
                send(group, "first " + i);
                assertThat(pair.client().nextText()).isEqualTo("first " + i);
            }
        }
    }

    @Test
    default void whoJoinsAfterASendGetsNothingOlder() {
        try (TestServer server = server()) {
            Group group = server.transport.group();
            addAll(group, server.pairs(600)); // more than a slice of each shard
            List<Pair> late = server.pairs(20);
            for (Pair pair : late) {
                send(group, "old");
                group.add(pair.connection());
                send(group, "new");
                assertThat(pair.client().nextText()).isEqualTo("new");
            }
        }
    }

    @Test
    default void aReplyLeavesBeforeTheFirstFrameOfTheGroupThatIsJoinedAfterIt() {
        try (TestServer server = server()) {
            Group group = server.transport.group();
            AtomicBoolean over = new AtomicBoolean();
            List<Pair> pairs = server.pairs(200);
            Thread publisher =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        while (!over.get()) {
                                            send(group, "broadcast");
                                            LockSupport.parkNanos(100_000);
                                        }
                                    });
            try {
                for (Pair pair : pairs) {
                    pair.connection().send(TestApplication.text("reply"));
                    group.add(pair.connection());
                }
                for (Pair pair : pairs) {
                    assertThat(pair.client().nextText()).isEqualTo("reply");
                    assertThat(pair.client().nextText()).isEqualTo("broadcast");
                }
            } finally {
                over.set(true);
                join(publisher);
            }
        }
    }

    @Test
    default void whoLeavesInTheMidstGetsAPrefixAndTheOthersEverything() {
        try (TestServer server = server()) {
            Group group = server.transport.group();
            List<Pair> pairs = server.pairs(700);
            addAll(group, pairs);
            List<Pair> leaving = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                send(group, "m" + i);
                for (int j = 0; j < 5; j++) {
                    Pair pair = pairs.get(i * 10 + j);
                    group.remove(pair.connection());
                    pair.connection().send(TestApplication.text("left"));
                    leaving.add(pair);
                }
            }
            for (Pair pair : pairs) {
                if (leaving.contains(pair)) {
                    assertPrefixThenLeft(pair);
                } else {
                    for (int i = 0; i < 50; i++) {
                        assertThat(pair.client().nextText()).isEqualTo("m" + i);
                    }
                }
            }
        }
    }

    private static void assertPrefixThenLeft(Pair pair) {
        int expected = 0;
        String text = pair.client().nextText();
        while (!text.equals("left")) {
            assertThat(text).isEqualTo("m" + expected++);
            text = pair.client().nextText();
        }
        pair.connection().send(TestApplication.text("and nothing more"));
        assertThat(pair.client().nextText()).isEqualTo("and nothing more");
    }

    @Test
    default void whoVanishesInTheMidstHarmsNobody() {
        try (TestServer server = server()) {
            Group group = server.transport.group();
            List<Pair> pairs = server.pairs(600);
            addAll(group, pairs);
            for (int i = 0; i < 60; i++) {
                send(group, "m" + i);
                if (i % 2 == 0) {
                    pairs.get(i * 10).client().reset();
                } else {
                    pairs.get(i * 10).client().close();
                }
            }
            for (int i = 0; i < pairs.size(); i++) {
                if (i % 10 == 0) {
                    pairs.get(i).peer().closeCode();
                    continue;
                }
                for (int m = 0; m < 60; m++) {
                    assertThat(pairs.get(i).client().nextText()).isEqualTo("m" + m);
                }
            }
            assertThat(server.transport.stats().open()).isEqualTo(540);
        }
    }

    @Test
    default void framesLargerThanASocketTakesArriveWhole() {
        try (TestServer server = server()) {
            Group group = server.transport.group();
            List<Pair> pairs = server.pairs(8);
            addAll(group, pairs);
            for (int i = 0; i < 6; i++) {
                send(group, i + "y".repeat(150_000));
            }
            for (Pair pair : pairs) {
                for (int i = 0; i < 6; i++) {
                    assertThat(pair.client().nextText()).isEqualTo(i + "y".repeat(150_000));
                }
            }
        }
    }

    /** In a full group, whose members are not all served before the direct sends that follow. */
    @Test
    default void whoSendsAsAMemberGetsItInOrderWithItsDirectSends() {
        try (TestServer server = server()) {
            Group group = server.transport.group();
            List<Pair> pairs = server.pairs(300);
            addAll(group, pairs);
            Pair sender = pairs.getLast();
            Pair stranger = server.pairs(1).getFirst();
            for (int i = 0; i < 50; i++) {
                group.sendAs(sender.connection(), TestApplication.text("g" + i));
                sender.connection().send(TestApplication.text("d" + i));
            }
            group.sendAs(stranger.connection(), TestApplication.text("strange"));
            for (int i = 0; i < 50; i++) {
                assertThat(sender.client().nextText()).isEqualTo("g" + i);
                assertThat(sender.client().nextText()).isEqualTo("d" + i);
            }
            for (Pair pair : pairs.subList(0, 299)) {
                for (int i = 0; i < 50; i++) {
                    assertThat(pair.client().nextText()).isEqualTo("g" + i);
                }
                assertThat(pair.client().nextText()).isEqualTo("strange");
            }
            assertThat(stranger.client().nextText()).isEqualTo("strange");
        }
    }

    @Test
    default void aSlowMemberKeepsTheOrderOfSharedAndDirectFrames() {
        try (TestServer server = server()) {
            Group group = server.transport.group();
            Pair slow = server.pair(server.connect(4 << 10));
            group.add(slow.connection());
            String filler = "z".repeat(10_000);
            for (int i = 0; i < 60; i++) {
                send(group, "g" + i + filler);
                slow.connection().send(TestApplication.text("d" + i));
            }
            int groupNext = 0;
            int directNext = 0;
            for (int i = 0; i < 120; i++) {
                String text = slow.client().nextText();
                if (text.startsWith("g")) {
                    assertThat(text).isEqualTo("g" + groupNext++ + filler);
                } else {
                    assertThat(text).isEqualTo("d" + directNext++);
                }
            }
        }
    }

    @Test
    default void twoThousandMembersComeAndGoAndThoseWhoStayGetEverythingOnce() {
        long seed = System.nanoTime();
        System.out.println("seed of two thousand members: " + seed);
        try (TestServer server = server()) {
            List<Group> groups = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                groups.add(server.transport.group());
            }
            List<Pair> pairs = server.pairs(2_000);
            List<Pair> staying = pairs.subList(0, 1_500);
            List<Pair> restless = pairs.subList(1_500, 2_000);
            for (int i = 0; i < staying.size(); i++) {
                groups.get(i % 4).add(staying.get(i).connection());
                groups.get((i / 4) % 4).add(staying.get(i).connection());
            }
            List<Thread> threads = new ArrayList<>();
            for (int g = 0; g < 4; g++) {
                int number = g;
                threads.add(
                        Thread.ofVirtual()
                                .start(
                                        () -> {
                                            for (int i = 0; i < 30; i++) {
                                                send(groups.get(number), number + ":" + i);
                                                LockSupport.parkNanos(1_000_000);
                                            }
                                        }));
            }
            threads.add(Thread.ofVirtual().start(() -> comeAndGo(groups, restless, seed)));
            for (int i = 0; i < staying.size(); i++) {
                assertEverythingOnce(staying.get(i), i % 4, (i / 4) % 4);
            }
            threads.forEach(GroupConformance::join);
            for (Pair pair : restless) {
                groups.forEach(group -> group.remove(pair.connection()));
                pair.connection().send(TestApplication.text("end"));
                assertInOrder(pair);
            }
        }
    }

    private static void comeAndGo(List<Group> groups, List<Pair> pairs, long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            Group group = groups.get(random.nextInt(groups.size()));
            Connection connection = pairs.get(random.nextInt(pairs.size())).connection();
            if (random.nextBoolean()) {
                group.add(connection);
            } else {
                group.remove(connection);
            }
        }
    }

    private static void assertEverythingOnce(Pair pair, int one, int other) {
        int[] next = new int[4];
        int expected = one == other ? 30 : 60;
        for (int i = 0; i < expected; i++) {
            String[] parts = pair.client().nextText().split(":", -1);
            int group = Integer.parseInt(parts[0]);
            assertThat(group).isIn(one, other);
            assertThat(Integer.parseInt(parts[1])).isEqualTo(next[group]++);
        }
    }

    /** Each group's numbers rise until the end. */
    private static void assertInOrder(Pair pair) {
        int[] last = {-1, -1, -1, -1};
        String text = pair.client().nextText();
        while (!text.equals("end")) {
            String[] parts = text.split(":", -1);
            int group = Integer.parseInt(parts[0]);
            int number = Integer.parseInt(parts[1]);
            assertThat(number).isGreaterThan(last[group]);
            last[group] = number;
            text = pair.client().nextText();
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
