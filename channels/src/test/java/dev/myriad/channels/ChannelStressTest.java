package dev.myriad.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.myriad.net.memory.MemoryClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What only concurrency can break. */
@Timeout(120)
class ChannelStressTest {
    private static final Wire V2 = Wire.V2;

    /**
     * While the topic is under fire, the join's reply precedes the first broadcast, and from then
     * on none is missed.
     */
    @Test
    void theJoinReplyPrecedesBroadcastsAndNoneIsMissedAfterIt() throws Exception {
        try (LabServer server = new LabServer()) {
            AtomicBoolean stop = new AtomicBoolean();
            Thread publisher =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        for (int n = 0; !stop.get(); n++) {
                                            server.endpoint.broadcast(
                                                    "room:busy", "msg", Map.of("n", n));
                                            Thread.onSpinWait();
                                        }
                                    });
            for (int i = 0; i < 2_000; i++) {
                MemoryClient client = server.client(V2);
                client.send(V2.message("1", "1", "room:busy", "phx_join", "{}"));
                assertThat(client.next()).isEqualTo(V2.reply("1", "1", "room:busy", "ok", "{}"));
                int first = number(client.next());
                assertThat(number(client.next())).isEqualTo(first + 1);
                client.vanish();
            }
            stop.set(true);
            publisher.join();
            await().atMost(Duration.ofSeconds(40))
                    .until(() -> server.endpoint.stats().topics() == 0);
        }
    }

    private static int number(String broadcast) {
        String start = "[null,null,\"room:busy\",\"msg\",{\"n\":";
        assertThat(broadcast).startsWith(start);
        return Integer.parseInt(broadcast.substring(start.length(), broadcast.length() - 2));
    }

    /** Clients that join, talk, leave and vanish at random leave nothing behind. */
    @Test
    void churnLeavesNothingBehind() throws Exception {
        long seed = System.nanoTime();
        try (LabServer server = new LabServer()) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                Random random = new Random(seed + t);
                threads.add(Thread.ofPlatform().start(() -> churn(server, random)));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            await().atMost(Duration.ofSeconds(40))
                    .untilAsserted(
                            () -> {
                                assertThat(server.endpoint.stats().topics())
                                        .as("seed %d", seed)
                                        .isZero();
                                assertThat(server.endpoint.stats().channels()).isZero();
                            });
            assertThat(server.endpoint.stats().joins()).isPositive();
            // and what is new works as ever
            server.join(server.client(V2), V2, "1", "room:1");
        }
    }

    private static void churn(LabServer server, Random random) {
        for (int i = 0; i < 1_000; i++) {
            MemoryClient client = server.client(V2);
            int ref = 0;
            for (int step = random.nextInt(12); step > 0; step--) {
                String topic = "room:" + random.nextInt(3);
                String joinRef = random.nextInt(4) == 0 ? null : "" + random.nextInt(ref + 1);
                String event =
                        switch (random.nextInt(8)) {
                            case 0, 1, 2 -> "phx_join";
                            case 3 -> "phx_leave";
                            case 4 -> "stop";
                            case 5 -> "listen";
                            case 6 -> "pub";
                            default -> "echo";
                        };
                ref++;
                client.send(
                        V2.message(
                                event.equals("phx_join") ? "" + ref : joinRef,
                                "" + ref,
                                topic,
                                event,
                                "{}"));
            }
            client.vanish();
        }
    }
}
