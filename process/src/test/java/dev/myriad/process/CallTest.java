package dev.myriad.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CallTest {
    private static final ExitReason SHUTDOWN = new ExitReason.Shutdown("planted");

    /** Longer than any test: a call that waits for it fails the test. */
    private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

    private record Ask(String what) implements Request<String> {}

    /** Answers, but for those requests that say otherwise. */
    private static class Answering extends Puppet {
        private final List<Caller> kept = new ArrayList<>();

        @Override
        protected void handle(Object message) throws Exception {
            switch (message) {
                case Call(Ask(String what), Caller caller) -> answer(what, caller);
                default -> super.handle(message);
            }
        }

        private void answer(String what, Caller caller) throws Exception {
            switch (what) {
                case "keep" -> kept.add(caller);
                case "fail" -> caller.fail(new IllegalArgumentException("planted"));
                case "crash" -> throw new IllegalStateException("planted");
                case "exit" -> exit(SHUTDOWN);
                case "null" -> caller.reply(null);
                default -> caller.reply("answer to " + what);
            }
        }
    }

    private static CallException failure(Process process, String what) {
        return catchThrowableOfType(
                CallException.class, () -> process.call(new Ask(what), FOREVER));
    }

    /** Calls from a thread of its own, and returns when that has begun to wait. */
    private static CompletableFuture<String> calling(Process process, String what) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        Thread caller =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try {
                                        answer.complete(process.call(new Ask(what), FOREVER));
                                    } catch (RuntimeException e) {
                                        answer.completeExceptionally(e);
                                    }
                                });
        await().pollInterval(Duration.ofMillis(1))
                .atMost(20, TimeUnit.SECONDS)
                .until(() -> answer.isDone() || caller.getState() == Thread.State.TIMED_WAITING);
        return answer;
    }

    private static CallException failureOf(CompletableFuture<String> answer) {
        ExecutionException failed =
                catchThrowableOfType(
                        ExecutionException.class, () -> answer.get(20, TimeUnit.SECONDS));
        assertThat(failed).isNotNull();
        assertThat(failed.getCause()).isInstanceOf(CallException.class);
        return (CallException) Objects.requireNonNull(failed.getCause());
    }

    @Test
    void isAnswered() {
        Answering process = new Answering();
        assertThat(process.call(new Ask("this"))).isEqualTo("answer to this");
        assertThat(process.call(new Ask("null"))).isNull();
    }

    @Test
    void failsIfTheProcessAnswersWithAFailure() {
        CallException failure = failure(new Answering(), "fail");
        assertThat(failure.code()).isEqualTo(CallException.Code.FAILED);
        assertThat(failure).hasRootCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void failsIfTheHandlerCrashes() {
        CallException failure = failure(new Answering(), "crash");
        assertThat(failure.code()).isEqualTo(CallException.Code.EXITED);
        assertThat(failure).hasRootCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void failsAtOnceIfTheProcessHasEnded() throws Exception {
        Answering process = new Answering();
        process.endWith(SHUTDOWN);
        CallException failure = failure(process, "this");
        assertThat(failure.code()).isEqualTo(CallException.Code.EXITED);
        assertThat(failure.reason()).isEqualTo(ExitReason.NO_PROCESS);
    }

    @Test
    void failsAtOnceIfItLiesInADroppedMailbox() throws Exception {
        Answering process = new Answering();
        CountDownLatch release = process.hold();
        CompletableFuture<String> answer = calling(process, "this");
        process.stop(SHUTDOWN);
        release.countDown();
        assertThat(failureOf(answer).reason()).isEqualTo(SHUTDOWN);
    }

    @Test
    void failsAtOnceIfItIsStashedAtTheEnd() throws Exception {
        Puppet process =
                new Puppet() {
                    @Override
                    protected void handle(Object message) throws Exception {
                        if (message instanceof Call) {
                            stash(message);
                        } else {
                            super.handle(message);
                        }
                    }
                };
        CompletableFuture<String> answer = calling(process, "this");
        process.flush();
        process.stop(SHUTDOWN);
        assertThat(failureOf(answer).reason()).isEqualTo(SHUTDOWN);
    }

    @Test
    void failsAtOnceIfTheProcessEndsWhileItKeepsTheCaller() throws Exception {
        Answering process = new Answering();
        CompletableFuture<String> answer = calling(process, "keep");
        process.flush();
        process.stop(SHUTDOWN);
        assertThat(failureOf(answer).reason()).isEqualTo(SHUTDOWN);

        assertThat(failure(new Answering(), "exit").reason()).isEqualTo(SHUTDOWN);
    }

    @Test
    void mayBeAnsweredLater() throws Exception {
        Answering process = new Answering();
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            answers.add(calling(process, "keep"));
        }
        process.make(_ -> process.kept.forEach(caller -> caller.reply("late")));
        for (CompletableFuture<String> answer : answers) {
            assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo("late");
        }
    }

    /** A process that answers all of its calls late keeps none that is settled for long. */
    @Test
    void answeredCallersAreNotKept() throws Exception {
        Answering process = new Answering();
        for (int i = 0; i < 1_000; i++) {
            Reply reply = new Reply(new Ask("keep"));
            process.send(reply);
            process.make(
                    _ -> {
                        process.kept.getFirst().reply("late");
                        process.kept.clear();
                    });
        }
        int[] unanswered = new int[1];
        process.make(self -> unanswered[0] = self.extension().unanswered());
        assertThat(unanswered[0]).isLessThan(20);
    }

    @Test
    void anAnswerAfterTheTimeoutIsDropped() throws Exception {
        Answering process = new Answering();
        assertThatThrownBy(() -> process.call(new Ask("keep"), Duration.ofMillis(1)))
                .isInstanceOfSatisfying(
                        CallException.class,
                        e -> assertThat(e.code()).isEqualTo(CallException.Code.TIMEOUT));
        process.make(_ -> process.kept.getFirst().reply("late"));
        assertThat(process.call(new Ask("next"))).isEqualTo("answer to next");
    }

    @Test
    void aTimeoutOfNothingDoesNotWait() {
        for (Duration none : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
            assertThatThrownBy(() -> new Answering().call(new Ask("keep"), none))
                    .isInstanceOfSatisfying(
                            CallException.class,
                            e -> assertThat(e.code()).isEqualTo(CallException.Code.TIMEOUT));
        }
    }

    @Test
    void anInterruptEndsTheWait() {
        Thread.currentThread().interrupt();
        CallException failure = failure(new Answering(), "keep");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(failure.code()).isEqualTo(CallException.Code.INTERRUPTED);
    }

    @Test
    void aProcessDoesNotWaitForItself() throws Exception {
        Answering process = new Answering();
        process.tell(self -> self.call(new Ask("this")));
        assertThat(process.reason())
                .isInstanceOfSatisfying(
                        ExitReason.Crash.class,
                        crash ->
                                assertThat(crash.cause())
                                        .isInstanceOf(IllegalStateException.class));
    }

    @Test
    void processesCallEachOtherDeeperThanThereAreCarriers() {
        record Down(int depth) implements Request<Integer> {}
        class Level extends Process {
            @Override
            protected void handle(Object message) {
                if (message instanceof Call(Down(int depth), Caller caller)) {
                    caller.reply(depth == 0 ? 0 : 1 + new Level().call(new Down(depth - 1)));
                }
            }
        }
        assertThat(new Level().call(new Down(300), Duration.ofSeconds(40))).isEqualTo(300);
    }

    @Test
    void theFirstAnswerCounts() {
        Process process =
                new Process() {
                    @Override
                    protected void handle(Object message) {
                        Caller caller = ((Call) message).caller();
                        caller.reply("first");
                        caller.fail(new IllegalStateException("second"));
                        throw new IllegalStateException("planted");
                    }
                };
        assertThat(process.call(new Ask("this"))).isEqualTo("first");
    }
}
