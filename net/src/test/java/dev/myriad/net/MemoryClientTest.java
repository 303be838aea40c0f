package dev.myriad.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.myriad.net.memory.MemoryClient;
import dev.myriad.net.memory.MemoryTransport;
import java.util.Optional;
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
