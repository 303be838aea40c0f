package dev.myriad.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TaskTest {
    private static void assertFails(Task<?> task, CallException.Code code) {
        assertThatThrownBy(() -> task.await(Duration.ofSeconds(20)))
                .isInstanceOfSatisfying(
                        CallException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void aPlainThreadGetsTheResult() {
        assertThat(Task.async(() -> 6 * 7).await()).isEqualTo(42);
    }

    @Test
    void aHandlerGetsTheResult() {
        AtomicReference<Object> got = new AtomicReference<>();
        Process process =
                new Process() {
                    @Override
                    protected void handle(Object message) {
                        Task<Object> inner = Task.async(() -> Task.async(() -> message).await());
                        got.set(inner.await());
                    }
                };
        process.send("hello");
        await().until(() -> "hello".equals(got.get()));
    }

    @Test
    void hasTheNameThatItWasGiven() {
        Task<String> named = Task.async("price of MYR", () -> String.valueOf(Process.self()));
        assertThat(named.await()).isEqualTo("price of MYR");
        assertThat(named).hasToString("price of MYR");
        Supervisor supervisor = Supervisor.oneForOne().start();
        Task<String> child =
                Task.async(supervisor, "a child", () -> String.valueOf(Process.self()));
        assertThat(child.await()).isEqualTo("a child");
        supervisor.stop(ExitReason.NORMAL);
        Task<String> other = Task.async(() -> String.valueOf(Process.self()));
        assertThat(other.await()).startsWith("task " + TaskTest.class.getName());
    }

    @Test
    void tasksRunAtTheSameTime() {
        CountDownLatch all = new CountDownLatch(100);
        List<Task<Boolean>> tasks = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            tasks.add(
                    Task.async(
                            () -> {
                                all.countDown();
                                all.await();
                                return true;
                            }));
        }
        for (Task<Boolean> task : tasks) {
            assertThat(task.await(Duration.ofSeconds(20))).isTrue();
        }
    }

    @Test
    void whatTheWorkThrowsIsTheCause() {
        IllegalStateException planted = new IllegalStateException("planted");
        Task<String> task =
                Task.async(
                        () -> {
                            throw planted;
                        });
        assertThatThrownBy(task::await)
                .isInstanceOfSatisfying(
                        CallException.class,
                        e -> assertThat(e.code()).isEqualTo(CallException.Code.FAILED))
                .hasCause(planted);
    }

    @Test
    void aTimeoutEndsTheWaitOnly() {
        CountDownLatch latch = new CountDownLatch(1);
        Task<String> task =
                Task.async(
                        () -> {
                            latch.await();
                            return "late";
                        });
        assertThatThrownBy(() -> task.await(Duration.ofMillis(5)))
                .isInstanceOfSatisfying(
                        CallException.class,
                        e -> assertThat(e.code()).isEqualTo(CallException.Code.TIMEOUT));
        latch.countDown();
        assertThat(task.await()).isEqualTo("late");
        assertThat(task.isDone()).isTrue();
        assertThat(task.process().isAlive()).isFalse();
    }

    @Test
    void anInterruptEndsTheWait() {
        CountDownLatch latch = new CountDownLatch(1);
        Task<String> task =
                Task.async(
                        () -> {
                            latch.await();
                            return "";
                        });
        Thread.currentThread().interrupt();
        assertFails(task, CallException.Code.INTERRUPTED);
        assertThat(Thread.interrupted()).isTrue();
        latch.countDown();
    }

    @Test
    void aTaskIsATemporaryChildOfItsSupervisor() {
        Supervisor supervisor = Supervisor.oneForOne().restarts(0, Duration.ofSeconds(1)).start();
        CountDownLatch latch = new CountDownLatch(1);
        Task<String> task =
                Task.async(
                        supervisor,
                        () -> {
                            latch.await();
                            throw new IllegalStateException("planted");
                        });
        assertThat(supervisor.children())
                .singleElement()
                .satisfies(child -> assertThat(child.restart()).isEqualTo(Restart.TEMPORARY));
        latch.countDown();
        assertFails(task, CallException.Code.FAILED);
        await().until(() -> supervisor.children().isEmpty());
        assertThat(supervisor.isAlive()).isTrue();

        supervisor.stop(ExitReason.NORMAL);
        await().until(() -> !supervisor.isAlive());
        assertThatThrownBy(() -> Task.async(supervisor, () -> 1))
                .isInstanceOfSatisfying(
                        CallException.class,
                        e -> assertThat(e.code()).isEqualTo(CallException.Code.EXITED));
    }

    @Test
    void everyAwaitHearsOfACrash() {
        for (int i = 0; i < 20_000; i++) {
            Task<String> task =
                    Task.async(
                            () -> {
                                throw new IllegalStateException("planted");
                            });
            assertFails(task, CallException.Code.FAILED);
        }
    }
}
