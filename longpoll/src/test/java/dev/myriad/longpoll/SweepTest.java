package dev.myriad.longpoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.myriad.net.Connection;
import dev.myriad.net.ConnectionHandler;
import dev.myriad.net.Limits;
import dev.myriad.net.Memory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a client is said to poll no more. The looks are the test's: the window is an hour. */
@Timeout(60)
class SweepTest {
    private static final Duration WINDOW = Duration.ofHours(1);
    private static final long PAUSE = WINDOW.toNanos() / 4;

    /** A window and a half. */
    private static final int LOOKS = 6;

    private final AtomicInteger ends = new AtomicInteger();
    private final PolledConnection session = session();
    private final Sweep sweep = new Sweep(List.of(session));

    private PolledConnection session() {
        Sessions sessions = new Sessions(Limits.DEFAULT, Memory.of(Limits.DEFAULT));
        PolledConnection made =
                new PolledConnection(
                        sessions,
                        new LongPollRoute("/s/longpoll", new LongPollOptions(WINDOW)),
                        "token",
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
        made.open(
                new ConnectionHandler() {
                    @Override
                    public void opened(Connection connection) {}

                    @Override
                    public void text(byte[] bytes, int from, int to) {}

                    @Override
                    public void binary(byte[] bytes, int from, int to) {}

                    @Override
                    public void closed(int code) {
                        ends.incrementAndGet();
                    }
                });
        return made;
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            sweep.look(PAUSE, PAUSE);
        }
    }

    @Test
    void whoDoesNotPollForAWindowAndAHalfIsGone() {
        look(LOOKS);
        assertThat(ends).hasValue(0);
        look(1);
        assertThat(ends).hasValue(1);
    }

    @Test
    void itsTimeBeginsWhenItsPollHasEnded() throws Exception {
        look(LOOKS);
        Thread polling = Thread.startVirtualThread(session::poll);
        await().until(() -> polling.getState() == Thread.State.TIMED_WAITING);
        look(LOOKS);
        polling.interrupt(); // the end of its window comes no sooner
        polling.join();
        look(LOOKS);
        assertThat(ends).hasValue(0);
        look(1);
        assertThat(ends).hasValue(1);
    }

    @Test
    void soItDoesWhenTheProgramHasStoodStill() {
        look(LOOKS);
        sweep.look(PAUSE, 3 * PAUSE);
        look(LOOKS);
        assertThat(ends).hasValue(0);
        look(1);
        assertThat(ends).hasValue(1);
    }
}
