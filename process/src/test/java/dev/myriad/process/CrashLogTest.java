package dev.myriad.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.myriad.log.Log;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CrashLogTest {
    private record Poison(String text) {}

    private static Process named(String name) {
        return new Process() {
            @Override
            protected void handle(Object message) {
                throw new IllegalStateException("planted for " + name());
            }

            @Override
            protected String name() {
                return name;
            }
        };
    }

    private static List<Journal.Entry> about(String text) {
        return Journal.entries(entry -> entry.text().contains(text));
    }

    private static Journal.Entry logged(String name, Object message) {
        return logged(name, () -> named(name).send(message));
    }

    /** Until the log has it; others may have used up the second's share, hence again. */
    private static Journal.Entry logged(String name, Runnable crash) {
        await().atMost(20, TimeUnit.SECONDS)
                .until(
                        () -> {
                            if (about(name).isEmpty()) {
                                crash.run();
                            }
                            return !about(name).isEmpty();
                        });
        return about(name).getFirst();
    }

    @Test
    void oneEntryHasTheNameTheMessageAndTheStack() {
        Journal.Entry entry = logged("account 7", new Poison("deposit"));
        assertThat(entry.level()).isEqualTo(System.Logger.Level.ERROR);
        assertThat(entry.text()).contains("account 7").contains("Poison[text=deposit]");
        assertThat(entry.thrown())
                .hasValueSatisfying(
                        cause ->
                                assertThat(cause)
                                        .hasMessage("planted for account 7")
                                        .hasStackTraceContaining("CrashLogTest"));
    }

    @Test
    void aLongMessageIsCut() {
        assertThat(logged("account 8", "x".repeat(10_000)).text()).hasSizeLessThan(400);
    }

    @Test
    void aMessageThatCannotBePrintedIsNamedByItsClass() {
        class Unprintable {
            @Override
            public String toString() {
                throw new IllegalStateException("planted");
            }
        }
        assertThat(logged("account 9", new Unprintable()).text()).contains("Unprintable");
    }

    @Test
    void aDownIsPrintedAsItself() {
        class Owner extends Process {
            @Override
            protected void handle(Object message) {
                if (message instanceof Down) {
                    throw new IllegalStateException("planted");
                }
                monitor((Process) message);
            }

            @Override
            protected String name() {
                return "account 10";
            }
        }
        Runnable crash =
                () -> {
                    Puppet target = new Puppet();
                    new Owner().send(target);
                    target.stop(ExitReason.NORMAL);
                };
        assertThat(logged("account 10", crash).text()).contains("Down[");
    }

    @Test
    void aFloodIsCutAndCounted() {
        assertThat(Log.flush(Duration.ofSeconds(20))).isTrue();
        long before = CrashLog.SHARED.total();
        long begin = System.nanoTime();
        int crashes = 5_000;
        for (int i = 0; i < crashes; i++) {
            named("flooded account").send(i);
        }
        await().atMost(20, TimeUnit.SECONDS)
                .until(() -> CrashLog.SHARED.total() >= before + crashes);
        assertThat(Log.flush(Duration.ofSeconds(20))).isTrue();
        long seconds = (System.nanoTime() - begin) / 1_000_000_000;
        assertThat(about("flooded account")).hasSizeLessThanOrEqualTo((int) seconds + 2);
    }
}
