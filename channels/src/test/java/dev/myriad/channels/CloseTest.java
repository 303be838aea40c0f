package dev.myriad.channels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.net.Drain;
import dev.myriad.net.memory.MemoryClient;
import dev.myriad.net.memory.MemoryTransport;
import dev.myriad.process.ExitReason;
import dev.myriad.process.Process;
import dev.myriad.protocol.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A closed endpoint has seen the end of all that it began. */
@Timeout(60)
class CloseTest {
    private static final int CHANNELS = 100;
    private static final Drain PATIENT = Drain.DEFAULT;
    private static final Drain SHORT = Drain.atOnce(100);

    /** What the channels of a test do at their ends. */
    private interface End {
        void terminate(ExitReason reason) throws Exception;
    }

    private final AtomicInteger ended = new AtomicInteger();
    private volatile End end = _ -> {};
    private final BlockingQueue<Process> joined = new LinkedBlockingQueue<>();
    private final CountDownLatch joins = new CountDownLatch(1);
    private final CountDownLatch never = new CountDownLatch(1);

    private final class Ending extends Channel {
        @Override
        protected JoinResult join(String topic, Payload params) throws Exception {
            joined.add(self());
            if (topic.endsWith("slow")) {
                joins.await();
            }
            return JoinResult.ok();
        }

        @Override
        protected Result handleIn(String event, Payload payload) {
            endpoint().close();
            ended.incrementAndGet();
            return Result.noReply();
        }

        @Override
        protected void terminate(ExitReason reason) throws Exception {
            end.terminate(reason);
            ended.incrementAndGet();
        }
    }

    private Endpoint serve(Drain drain) {
        return Endpoint.builder()
                .socket("/s", socket -> socket.channel("room:*", Ending::new))
                .transport(app -> MemoryTransport.start(2, app))
                .drain(drain)
                .start();
    }

    private static MemoryClient client(Endpoint endpoint) {
        return ((MemoryTransport) endpoint.transport()).connect("/s/websocket?vsn=2.0.0");
    }

    private MemoryClient join(Endpoint endpoint, String topic) throws InterruptedException {
        MemoryClient client = client(endpoint);
        client.send(Wire.V2.message("1", "1", topic, "phx_join", "{}"));
        assertThat(joined.poll(20, TimeUnit.SECONDS)).isNotNull();
        return client;
    }

    private List<MemoryClient> joinAll(Endpoint endpoint) throws InterruptedException {
        List<MemoryClient> clients = new ArrayList<>();
        for (int i = 0; i < CHANNELS; i++) {
            clients.add(join(endpoint, "room:" + i));
        }
        return clients;
    }

    /** All have come to their end, and none has left it, before any may leave it. */
    private void endTogether(int channels) {
        CountDownLatch together = new CountDownLatch(channels);
        end =
                _ -> {
                    together.countDown();
                    together.await();
                };
    }

    @Test
    void everyTerminateHasRun() throws Exception {
        Endpoint endpoint = serve(PATIENT);
        joinAll(endpoint);
        endTogether(CHANNELS);
        endpoint.close();
        assertThat(ended).hasValue(CHANNELS);
    }

    @Test
    void soHasThatOfChannelsWhoseConnectionsWereCutOffBefore() throws Exception {
        Endpoint endpoint = serve(PATIENT);
        endTogether(CHANNELS);
        joinAll(endpoint).forEach(MemoryClient::vanish);
        endpoint.close();
        assertThat(ended).hasValue(CHANNELS);
    }

    @Test
    void soHasThatOfOneThatIsBeingJoined() throws Exception {
        Endpoint endpoint = serve(PATIENT);
        MemoryClient client = join(endpoint, "room:slow");
        Thread closing = Thread.startVirtualThread(endpoint::close);
        assertThat(client.closedWith(java.time.Duration.ofSeconds(20))).hasValue(1012);
        joins.countDown();
        closing.join();
        assertThat(ended).hasValue(1);
    }

    @Test
    void crashesAreEndsToo() throws Exception {
        Endpoint endpoint = serve(PATIENT);
        joinAll(endpoint);
        end =
                _ -> {
                    ended.incrementAndGet();
                    throw new IllegalStateException("planted");
                };
        endpoint.close();
        assertThat(ended).hasValue(CHANNELS);
        assertThat(endpoint.stats().crashes()).isEqualTo(CHANNELS);
    }

    @Test
    void aListenerHasHeardWhatChannelsSaidAtTheirEnd() throws Exception {
        Endpoint endpoint = serve(PATIENT);
        joinAll(endpoint);
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        CountDownLatch first = new CountDownLatch(1);
        Subscription _ =
                endpoint.subscribe(
                        "ends",
                        broadcast -> {
                            try {
                                first.await();
                            } catch (InterruptedException e) {
                                throw new AssertionError(e);
                            }
                            heard.add(broadcast.event());
                        });
        AtomicInteger said = new AtomicInteger();
        end =
                _ -> {
                    endpoint.broadcast("ends", "left", Map.of());
                    if (said.incrementAndGet() == CHANNELS) {
                        first.countDown();
                    }
                };
        endpoint.close();
        assertThat(heard).hasSize(CHANNELS);
    }

    @Test
    void oneThatNeverEndsIsLeftAtTheDeadline() throws Exception {
        Endpoint endpoint = serve(SHORT);
        joinAll(endpoint);
        end = _ -> never.await();
        endpoint.close();
        assertThat(ended).hasValue(0);
        never.countDown();
    }

    @Test
    void anInterruptEndsTheWait() throws Exception {
        Endpoint endpoint = serve(PATIENT);
        join(endpoint, "room:a");
        CountDownLatch terminates = new CountDownLatch(1);
        end =
                _ -> {
                    terminates.countDown();
                    never.await();
                };
        Thread closing = Thread.startVirtualThread(endpoint::close);
        terminates.await();
        closing.interrupt();
        closing.join();
        assertThat(ended).hasValue(0);
        never.countDown();
    }

    @Test
    void aChannelMayCloseItsEndpointAndIsNotWaitedForByItself() throws Exception {
        Endpoint endpoint = serve(PATIENT);
        List<MemoryClient> clients = joinAll(endpoint);
        CountDownLatch closed = new CountDownLatch(1);
        end = _ -> closed.countDown();
        clients.getFirst().send(Wire.V2.message("1", "2", "room:0", "close", "{}"));
        closed.await();
        awaitEnded(CHANNELS + 1); // its handler has returned too
    }

    @Test
    void soMayItsTerminate() throws Exception {
        Endpoint endpoint = serve(PATIENT);
        MemoryClient client = join(endpoint, "room:a");
        CountDownLatch returned = new CountDownLatch(1);
        end =
                _ -> {
                    endpoint.close();
                    returned.countDown();
                };
        client.vanish();
        returned.await();
    }

    @Test
    void soMayAListener() throws Exception {
        Endpoint endpoint = serve(PATIENT);
        CountDownLatch returned = new CountDownLatch(1);
        Subscription _ =
                endpoint.subscribe(
                        "news",
                        _ -> {
                            endpoint.close();
                            returned.countDown();
                        });
        endpoint.broadcast("news", "end", Map.of());
        returned.await();
    }

    @Test
    void closedTwiceAtATimeItEndsOnce() throws Exception {
        Endpoint endpoint = serve(PATIENT);
        joinAll(endpoint);
        endTogether(CHANNELS);
        Thread other = Thread.startVirtualThread(endpoint::close);
        endpoint.close();
        other.join();
        assertThat(ended).hasValue(CHANNELS);
        endpoint.close();
    }

    @Test
    void closedWhileItStartsItEndsWhatCameMeanwhile() throws Exception {
        AtomicReference<Endpoint> self = new AtomicReference<>();
        Endpoint endpoint =
                Endpoint.builder()
                        .socket("/s", socket -> socket.channel("room:*", Ending::new))
                        .drain(PATIENT)
                        .transport(
                                app -> {
                                    MemoryTransport transport = MemoryTransport.start(1, app);
                                    MemoryClient client =
                                            transport.connect("/s/websocket?vsn=2.0.0");
                                    client.send(
                                            Wire.V2.message(
                                                    "1", "1", "room:slow", "phx_join", "{}"));
                                    try {
                                        assertThat(joined.poll(20, TimeUnit.SECONDS)).isNotNull();
                                    } catch (InterruptedException e) {
                                        throw new AssertionError(e);
                                    }
                                    self.get().close();
                                    return transport;
                                })
                        .build();
        self.set(endpoint);
        end = _ -> {};
        Thread starting =
                Thread.startVirtualThread(
                        () -> {
                            try {
                                endpoint.start();
                            } catch (IllegalStateException closed) {
                                never.countDown();
                            }
                        });
        joins.countDown();
        starting.join();
        assertThat(never.getCount()).isZero();
        assertThat(ended).hasValue(1);
    }

    private void awaitEnded(int count) {
        org.awaitility.Awaitility.await().until(() -> ended.get() == count);
    }
}
