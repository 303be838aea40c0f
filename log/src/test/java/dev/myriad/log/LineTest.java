package dev.myriad.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.ThreadMXBean;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** What becomes of what is told: throttled, counted, printed by another thread. */
@Timeout(60)
class LineTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final String name;
    private final Scribe scribe = new Scribe();

    LineTest(TestInfo test) {
        name = test.getTestMethod().orElseThrow().getName();
    }

    private Line line(String format) {
        return new Line(Log.of(name), scribe, Level.WARNING, format);
    }

    private List<String> written() {
        assertThat(scribe.flush(LONG)).isTrue();
        return Journal.texts(name);
    }

    @Test
    void aLineHasItsArgumentsAndTheThrowable() {
        IllegalStateException planted = new IllegalStateException("planted");
        line("{} of {} and {}").tell(planted, 1, (Supplier<String>) () -> "two {}");
        assertThat(written()).containsExactly("1 of two {} and {}");
        Journal.Written entry = Journal.of(name).getFirst();
        assertThat(entry.level()).isEqualTo(Level.WARNING);
        assertThat(entry.thrown()).containsSame(planted);
    }

    @Test
    void theFirstIsWrittenAtOnceAndTheOthersAreCounted() {
        long start = System.nanoTime();
        Line line = line("number {}");
        for (int i = 0; i < 5_000; i++) {
            line.tell(i);
        }
        assertThat(written().getFirst()).startsWith("number 0");
        assertThat(Journal.told(name)).isEqualTo(5_000);
        long seconds = (System.nanoTime() - start) / 1_000_000_000;
        assertThat(written()).hasSizeLessThanOrEqualTo((int) seconds + 2);
    }

    @Test
    void theCountIsSaidEvenIfNothingFollows() {
        Line line = line("number {}");
        for (int i = 0; i < 12; i++) {
            line.tell(i);
        }
        await().until(() -> Journal.texts(name).size() == 2);
        assertThat(Journal.texts(name)).containsExactly("number 0", "11 more like it: number 0");
    }

    @Test
    void theNextLineSaysHowManyWereLeftOut() {
        Line line = line("number {}");
        for (int i = 0; i < 12; i++) {
            line.tell(i);
        }
        await().until(line::isDue);
        line.tell(12);
        await().until(() -> Journal.texts(name).size() == 2);
        assertThat(Journal.texts(name)).containsExactly("number 0", "number 12 (11 more like it)");
    }

    @Test
    void everyTellIsCountedWhoeverTells() throws Exception {
        Line line = line("{}");
        int each = 20_000;
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            threads.add(
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        for (int k = 0; k < each; k++) {
                                            line.tell("x");
                                            if (k % 1_000 == 0) {
                                                boolean _ = scribe.flush(LONG);
                                            }
                                        }
                                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(written()).isNotEmpty();
        assertThat(Journal.told(name)).isEqualTo(8L * each);
        assertThat(scribe.dropped()).isLessThan(8L * each);
    }

    @Test
    void eachTimeMeansEachTime() {
        Line line = line("{}").eachTime();
        for (int i = 0; i < 20; i++) {
            line.tell(i);
        }
        assertThat(written()).hasSize(20);
    }

    @Test
    void aDebugLineIsNotWrittenIfTheLoggerDoesNotWantIt() {
        new Line(Log.of(name), scribe, Level.DEBUG, "{}").tell("x");
        assertThat(written()).isEmpty();
    }

    // ---- arguments that do harm

    @Test
    void anArgumentThatCannotBePrintedIsNamedByItsClass() {
        class Unprintable {
            @Override
            public String toString() {
                throw new AssertionError("planted");
            }
        }
        line("got {} from {}").tell(new Unprintable(), "a");
        assertThat(written().getFirst()).contains("Unprintable", "AssertionError", " from a");
    }

    @Test
    void anArgumentThatRecursesForEverIsNamedByItsClass() {
        List<Object> itself = new ArrayList<>();
        itself.add(List.of(itself));
        line("got {}").tell(itself);
        assertThat(written().getFirst()).contains("ArrayList", "StackOverflowError");
    }

    @Test
    void nullIsPrinted() {
        line("got {}").tell((Object) null);
        assertThat(written()).containsExactly("got null");
    }

    @Test
    void whatIsLongIsCut() {
        line("got {} and {}").tell("x".repeat(2_000_000), "y");
        line("got {}").tell((Supplier<String>) () -> "x".repeat(2_000_000));
        assertThat(written().getFirst()).hasSizeLessThan(400).endsWith("... and y");
        assertThat(written().get(1)).hasSizeLessThan(1_010).endsWith("...");
    }

    @Test
    void nobodyWritesALineOfTheirOwn() {
        line("topic {}").tell("a\n12:00:00 ERROR forged\r\u001b[2J\u2028\u202eb\ud800");
        assertThat(written())
                .containsExactly(
                        "topic a\\n12:00:00 ERROR forged\\r\\u001b[2J\\u2028\\u202eb\\ud800");
    }

    // ---- a log that is stuck, or throws

    @Test
    void nobodyWaitsForALogThatIsStuckAndNothingIsLostWithoutACount() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch writing = new CountDownLatch(1);
        Journal.conduct(
                name,
                _ -> {
                    writing.countDown();
                    stuck.await();
                });
        Line line = line("{}");
        Line often = line("often {}").eachTime();
        line.tell("first");
        assertThat(writing.await(20, TimeUnit.SECONDS)).isTrue();
        long start = System.nanoTime();
        for (int i = 0; i < 100_000; i++) {
            line.tell("x");
            often.tell("x");
        }
        long took = System.nanoTime() - start;
        assertThat(took).isLessThan(TimeUnit.SECONDS.toNanos(10));
        assertThat(scribe.flush(Duration.ofMillis(10))).isFalse();
        long dropped = scribe.dropped();
        assertThat(dropped).isBetween(99_000L, 100_010L);
        stuck.countDown();
        assertThat(written()).hasSizeLessThan(100);
        assertThat(Journal.told(name)).isEqualTo(200_001);
    }

    @Test
    void aStuckLineOfAKindIsOneAtMost() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        Journal.conduct(name, _ -> stuck.await());
        Line line = line("{}");
        AtomicInteger printed = new AtomicInteger();
        Supplier<Integer> argument = printed::incrementAndGet;
        for (int i = 0; i < 4; i++) {
            await().until(line::isDue);
            line.tell(argument);
        }
        stuck.countDown();
        assertThat(written()).containsExactly("1", "2", "2 more like it: 2");
        assertThat(printed).hasValue(2);
        assertThat(Journal.told(name)).isEqualTo(4);
        assertThat(scribe.dropped()).isEqualTo(2);
    }

    @Test
    void aLogThatThrowsIsTriedAgain() {
        AtomicInteger writes = new AtomicInteger();
        Journal.conduct(
                name,
                _ -> {
                    if (writes.incrementAndGet() <= 3) {
                        throw new OutOfMemoryError("planted");
                    }
                });
        Line line = line("{}").eachTime();
        for (int i = 0; i < 5; i++) {
            line.tell(i);
        }
        assertThat(written()).containsExactly("3", "4", "3 more like it: 4");
        assertThat(scribe.dropped()).isEqualTo(3);
    }

    @Test
    void anInterruptOfTheThreadThatWritesDoesNotStopIt() throws Exception {
        Journal.conduct(name, _ -> Thread.currentThread().interrupt());
        Line line = line("{}").eachTime();
        line.tell(1);
        assertThat(written()).hasSize(1);
        line.tell(2);
        assertThat(written()).hasSize(2);
    }

    @Test
    void theThreadThatWritesDoesNotWaitForItself() {
        AtomicInteger flushed = new AtomicInteger();
        Journal.conduct(
                name,
                _ -> {
                    if (!scribe.flush(LONG)) {
                        flushed.incrementAndGet();
                    }
                });
        line("{}").tell(1);
        assertThat(written()).hasSize(1);
        assertThat(flushed).hasValue(1);
    }

    // ---- what it costs

    @Test
    void whatIsLeftOutCostsNoMemory() {
        ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Line line = line("{} and {}");
        IllegalStateException planted = new IllegalStateException("planted");
        for (int i = 0; i < 20_000; i++) {
            line.tell(planted, name, scribe);
        }
        long before = memory.getCurrentThreadAllocatedBytes();
        int times = 100_000;
        for (int i = 0; i < times; i++) {
            line.tell(planted, name, scribe);
            line.tell(name);
        }
        assertThat(memory.getCurrentThreadAllocatedBytes() - before).isLessThan(times);
    }
}
