package dev.myriad.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.myriad.net.memory.MemoryClient;
import dev.myriad.net.memory.MemoryTransport;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MemoryClientTest {
    @Test
    void whatIsSentBeforeTheUpgradeIsAnsweredArrives() {
        TestApplication application = new TestApplication();
        try (MemoryTransport transport = MemoryTransport.start(1, application)) {
            MemoryClient client = transport.connect("/later");
            Thread sender = Thread.currentThread();
            Thread.ofVirtual().start(() -> acceptWhenItWaits(application, sender));
            client.send("hello");
            assertThat(client.next()).isEqualTo("hello");
        }
    }

    @Test
    void whoeverHasClosedTheTransportFindsNobodyOnItEvenIfInterrupted() throws Exception {
        TestApplication application = new TestApplication();
        MemoryTransport transport = MemoryTransport.start(1, application);
        assertThat(transport.connect("/peer?id=a").status()).isEqualTo(101);
        TestApplication.Peer peer = application.peer("a");
        CompletableFuture<Boolean> busy = new CompletableFuture<>();
        peer.connection().execute(() -> busy.orTimeout(20, TimeUnit.SECONDS).join());
        Thread closing =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    Thread.currentThread().interrupt();
                                    transport.close(20_000);
                                });
        assertThat(closing.join(Duration.ofMillis(300))).isFalse();
        busy.complete(true);
        assertThat(closing.join(Duration.ofSeconds(20))).isTrue();
        assertThat(peer.closed).isDone();
        assertThat(transport.stats().open()).isZero();
    }

    private static void acceptWhenItWaits(TestApplication application, Thread sender) {
        await().until(
                        () ->
                                !application.waiting.isEmpty()
                                        && sender.getState() != Thread.State.RUNNABLE);
        application
                .waiting
                .remove()
                .accept(new TestApplication.Peer("echo", true, (_, _) -> {}), Optional.empty());
    }
}
