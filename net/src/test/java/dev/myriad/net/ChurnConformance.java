package dev.myriad.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.myriad.net.TestServer.Pair;
import dev.myriad.net.engine.GroupInspection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Clients come, talk and vanish in every way there is, while broadcasts and direct sends run on,
 * also to connections that are long gone. A slot, descriptor or object that is used again too early
 * sends somebody else's bytes: every message names the connection or group that it is for.
 */
interface ChurnConformance extends Fixture {
    @Test
    default void noByteEverReachesAWrongConnection() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed of the churn: " + seed);
        try (TestServer server = server()) {
            Churn churn = new Churn(server);
            churn.run(seed);
            churn.assertStayersGotEverything();
            churn.leave();
            server.awaitNobody();
            assertThat(server.transport.stats().accepted())
                    .isEqualTo(server.transport.stats().upgraded());
            for (Group group : churn.groups) {
                await().until(() -> GroupInspection.isEmpty(group));
            }
        }
    }

    /** One run. */
    final class Churn {
        private static final int GROUPS = 3;
        private static final int STAYERS = 30;
        private static final int VISITORS = 12;
        private static final int VISITS = 500;
        private static final int REMEMBERED = 200;

        private final TestServer server;
        final List<Group> groups = new ArrayList<>();
        final AtomicBoolean over = new AtomicBoolean();
        private final List<Pair> stayers;
        private final int[] broadcasts = new int[GROUPS];

        /** Connections of the past and present, to send to. */
        private final AtomicReferenceArray<TestApplication.Peer> remembered =
                new AtomicReferenceArray<>(REMEMBERED);

        Churn(TestServer server) {
            this.server = server;
            for (int i = 0; i < GROUPS; i++) {
                groups.add(server.transport.group());
            }
            server.application.onText = this::heard;
            stayers = server.pairs(STAYERS);
            stayers.forEach(pair -> groups.forEach(group -> group.add(pair.connection())));
        }

        /** The server: a text is "id join group" or "id echo number". */
        private void heard(TestApplication.Peer peer, String text) {
            String[] words = text.split(" ", -1);
            Connection connection = peer.connection();
            connection.send(TestApplication.text("to " + words[0] + " " + text));
            if (words[1].equals("join")) {
                groups.get(Integer.parseInt(words[2])).add(connection);
            } else if (words[1].equals("leave")) {
                groups.get(Integer.parseInt(words[2])).remove(connection);
            }
        }

        void run(long seed) throws Exception {
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                try {
                    List<Future<?>> visitors = new ArrayList<>();
                    for (int i = 0; i < VISITORS; i++) {
                        Random random = new Random(seed + i);
                        visitors.add(threads.submit(() -> comeAndGo(random)));
                    }
                    List<Future<?>> noise =
                            List.of(
                                    threads.submit(this::broadcast),
                                    threads.submit(this::sendToAnybody));
                    for (Future<?> visitor : visitors) {
                        visitor.get(50, TimeUnit.SECONDS);
                    }
                    over.set(true);
                    for (Future<?> part : noise) {
                        part.get(5, TimeUnit.SECONDS);
                    }
                } finally {
                    over.set(true);
                }
            }
        }

        void broadcast() {
            for (int i = 0; !over.get(); i++) {
                int g = i % GROUPS;
                int number = broadcasts[g]++;
                String text = "group " + g + " " + number + " ";
                String filler = number % 16 == 0 ? "f".repeat(5_000) : "";
                groups.get(g).send(TestApplication.text(text + filler), null);
                LockSupport.parkNanos(2_000_000);
            }
        }

        void sendToAnybody() {
            Random random = new Random(1);
            while (!over.get()) {
                int slot = random.nextInt(REMEMBERED);
                TestApplication.Peer peer = remembered.get(slot);
                if (peer != null && peer.opened.isDone()) {
                    peer.connection().send(TestApplication.text("to " + peer.name + " anybody"));
                }
                if (random.nextInt(10) == 0) {
                    LockSupport.parkNanos(1_000_000);
                }
            }
        }

        void comeAndGo(Random random) {
            for (int i = 0; i < VISITS; i++) {
                Pair pair = server.pair();
                String id = pair.peer().name;
                remembered.set(ThreadLocalRandom.current().nextInt(REMEMBERED), pair.peer());
                Visitor visitor = new Visitor(pair.client(), id);
                int acts = random.nextInt(6);
                for (int act = 0; act < acts; act++) {
                    visitor.act(random);
                }
                visitor.vanish(random);
            }
        }

        void assertStayersGotEverything() {
            for (Pair pair : stayers) {
                pair.connection().send(TestApplication.text("end"));
            }
            for (int i = 0; i < GROUPS; i++) {
                groups.get(i).send(TestApplication.text("group " + i + " last"), null);
            }
            for (Pair pair : stayers) {
                assertGotEverything(pair);
            }
        }

        private void assertGotEverything(Pair pair) {
            int[] next = new int[GROUPS];
            int open = GROUPS;
            while (open > 0) {
                String[] words = pair.client().nextText().split(" ", -1);
                if (words[0].equals("end")) {
                    continue;
                }
                assertThat(words[0]).isEqualTo("group");
                int group = Integer.parseInt(words[1]);
                if (words[2].equals("last")) {
                    assertThat(next[group]).isEqualTo(broadcasts[group]);
                    open--;
                } else {
                    assertThat(Integer.parseInt(words[2])).isEqualTo(next[group]++);
                }
            }
        }

        void leave() {
            stayers.forEach(pair -> pair.client().close());
        }
    }

    /** A client that checks every message it gets. */
    final class Visitor {
        private final TestClient client;
        private final String id;
        private final boolean[] mayGet = new boolean[Churn.GROUPS];
        private int echoes;

        Visitor(TestClient client, String id) {
            this.client = client;
            this.id = id;
        }

        void act(Random random) {
            String text;
            int group = random.nextInt(Churn.GROUPS);
            switch (random.nextInt(4)) {
                case 0 -> {
                    mayGet[group] = true;
                    text = id + " join " + group;
                }
                case 1 -> text = id + " leave " + group;
                default -> text = id + " echo " + echoes++;
            }
            client.text(text);
            String expected = "to " + id + " " + text;
            while (true) {
                String got = client.nextText();
                if (got.equals(expected)) {
                    return;
                }
                check(got);
            }
        }

        private void check(String text) {
            String[] words = text.split(" ", -1);
            if (words[0].equals("group")) {
                assertThat(mayGet[Integer.parseInt(words[1])]).isTrue();
            } else {
                assertThat(text).isEqualTo("to " + id + " anybody");
            }
        }

        private void checkUntilTheEnd() {
            while (true) {
                switch (client.next()) {
                    case TestClient.Received.Text(String text) -> check(text);
                    case TestClient.Received.End _ -> {
                        return;
                    }
                    default -> {}
                }
            }
        }

        void vanish(Random random) {
            switch (random.nextInt(5)) {
                case 0 -> client.reset();
                case 1 -> client.close();
                case 2 -> {
                    client.close(1000, "");
                    checkUntilTheEnd();
                    client.close();
                }
                case 3 -> {
                    byte[] frame = TestClient.textFrame(id + " echo never");
                    client.write(Arrays.copyOf(frame, frame.length - 1));
                    client.reset();
                }
                default -> {
                    client.text(id + " join 0");
                    client.reset();
                }
            }
        }
    }
}
