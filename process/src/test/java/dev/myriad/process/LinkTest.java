package dev.myriad.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LinkTest {
    private static final ExitReason SHUTDOWN = new ExitReason.Shutdown("planted");

    /** A process that gets the ends of others as messages. */
    private static Puppet trapping() throws InterruptedException {
        Puppet puppet = new Puppet();
        puppet.make(self -> self.trapExits(true));
        return puppet;
    }

    private static boolean isLinked(Puppet puppet, Process other) throws InterruptedException {
        boolean[] linked = new boolean[1];
        puppet.make(self -> linked[0] = self.extension().links().contains(other));
        return linked[0];
    }

    @Test
    void linkedProcessesEndTogether() throws Exception {
        Puppet one = new Puppet();
        Puppet other = new Puppet();
        one.make(self -> self.link(other));
        other.flush();
        other.stop(SHUTDOWN);
        assertThat(one.reason()).isEqualTo(SHUTDOWN);
    }

    @Test
    void theOneThatLinkedTakesTheOtherWithIt() throws Exception {
        Puppet one = new Puppet();
        Puppet other = new Puppet();
        IllegalStateException planted = new IllegalStateException("planted");
        one.tell(
                self -> {
                    self.link(other);
                    throw planted;
                });
        assertThat(other.reason()).isEqualTo(new ExitReason.Crash(planted));
    }

    /** Its link and its exit signal lie in the other's mailbox together. */
    @Test
    void theOneThatLinkedEndsBeforeTheOtherKnowsOfTheLink() throws Exception {
        Puppet one = new Puppet();
        Puppet other = new Puppet();
        CountDownLatch release = other.hold();
        one.make(self -> self.link(other));
        one.endWith(SHUTDOWN);
        other.send("not handled any more");
        release.countDown();
        assertThat(other.reason()).isEqualTo(SHUTDOWN);
        assertThat(other.received()).isEmpty();
    }

    @Test
    void aNormalEndIsNotContagious() throws Exception {
        Puppet one = new Puppet();
        Puppet other = new Puppet();
        one.make(self -> self.link(other));
        other.endWith(ExitReason.NORMAL);
        assertThat(isLinked(one, other)).isFalse();
        assertThat(one.isAlive()).isTrue();
    }

    @Test
    void aNormalEndBeforeTheOtherKnowsOfTheLinkLeavesNothing() throws Exception {
        Puppet one = new Puppet();
        Puppet other = new Puppet();
        CountDownLatch release = other.hold();
        one.make(self -> self.link(other));
        one.endWith(ExitReason.NORMAL);
        release.countDown();
        await().until(() -> !isLinked(other, one));
    }

    @Test
    void whoTrapsGetsAMessage() throws Exception {
        Puppet one = trapping();
        Puppet normal = new Puppet();
        Puppet shutDown = new Puppet();
        one.make(
                self -> {
                    self.link(normal);
                    self.link(shutDown);
                });
        normal.endWith(ExitReason.NORMAL);
        shutDown.endWith(SHUTDOWN);
        assertThat(one.gets(2))
                .containsExactly(
                        new Exited(normal, ExitReason.NORMAL), new Exited(shutDown, SHUTDOWN));
    }

    @Test
    void linkingToOneThatHasEndedTellsSo() throws Exception {
        Puppet dead = new Puppet();
        dead.endWith(ExitReason.NORMAL);
        Puppet one = trapping();
        one.make(self -> self.link(dead));
        assertThat(one.gets(1)).containsExactly(new Exited(dead, ExitReason.NO_PROCESS));

        Puppet naive = new Puppet();
        naive.tell(self -> self.link(dead));
        assertThat(naive.reason()).isEqualTo(ExitReason.NO_PROCESS);
    }

    @Test
    void linkingTwiceIsLinkingOnce() throws Exception {
        Puppet one = trapping();
        Puppet other = new Puppet();
        one.make(
                self -> {
                    self.link(other);
                    self.link(other);
                });
        other.endWith(SHUTDOWN);
        one.flush();
        assertThat(one.received()).hasSize(1);
    }

    @Test
    void afterUnlinkNothingIsHeard() throws Exception {
        Puppet one = trapping();
        Puppet other = new Puppet();
        one.make(
                self -> {
                    self.link(other);
                    self.unlink(other);
                });
        other.endWith(SHUTDOWN);
        one.flush();
        assertThat(one.received()).isEmpty();
    }

    @Test
    void anExitSignalUnderWayIsIgnoredAfterUnlink() throws Exception {
        Puppet one = new Puppet();
        Puppet other = new Puppet();
        one.make(self -> self.link(other));
        CountDownLatch ended = new CountDownLatch(1);
        CountDownLatch unlinked = new CountDownLatch(1);
        one.tell(
                self -> {
                    ended.await();
                    self.unlink(other);
                    unlinked.countDown();
                });
        other.endWith(SHUTDOWN);
        ended.countDown();
        Puppet.arrives(unlinked);
        one.flush();
        assertThat(one.isAlive()).isTrue();
    }

    /** Each links the other at once, and one unlinks before it sees the other's link. */
    @Test
    void aLinkThatCrossesAnUnlinkIsUndoneAtBothEnds() throws Exception {
        Puppet one = new Puppet();
        Puppet other = new Puppet();
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch linked = new CountDownLatch(1);
        CountDownLatch crossed = new CountDownLatch(1);
        other.tell(
                self -> {
                    busy.countDown();
                    linked.await();
                    self.link(one);
                    crossed.countDown();
                });
        Puppet.arrives(busy);
        one.tell(
                self -> {
                    self.link(other);
                    linked.countDown();
                    crossed.await();
                    self.unlink(other);
                });
        other.flush();
        one.flush();
        other.flush();
        assertThat(isLinked(one, other)).isEqualTo(isLinked(other, one)).isFalse();
    }

    /** Whatever two do at the same time, in the end both agree on whether they are linked. */
    @Test
    void bothEndsAgreeAfterAnyRace() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 3_000; round++) {
            Puppet one = new Puppet();
            Puppet other = new Puppet();
            for (int step = 0; step < 6; step++) {
                Puppet from = random.nextBoolean() ? one : other;
                Puppet to = from == one ? other : one;
                boolean link = random.nextInt(3) > 0;
                from.tell(
                        self -> {
                            if (link) {
                                self.link(to);
                            } else {
                                self.unlink(to);
                            }
                        });
            }
            for (int i = 0; i < 3; i++) {
                one.flush();
                other.flush();
            }
            assertThat(isLinked(one, other))
                    .as("round %d, seed %d", round, seed)
                    .isEqualTo(isLinked(other, one));
        }
    }

    @Test
    void linkedProcessesNeverSurviveEachOtherWhateverTheRace() throws Exception {
        for (int round = 0; round < 3_000; round++) {
            Puppet one = new Puppet();
            Puppet other = new Puppet();
            one.tell(self -> self.link(other));
            (round % 2 == 0 ? one : other).stop(SHUTDOWN);
            one.reason();
        }
    }

    @Test
    void spawnLinkedTellsOfACrashAtTheStart() throws Exception {
        Puppet one = trapping();
        IllegalStateException planted = new IllegalStateException("planted");
        Process child =
                new Puppet() {
                    @Override
                    protected void started() {
                        throw planted;
                    }
                };
        one.make(self -> self.spawnLinked(child));
        assertThat(one.gets(1)).containsExactly(new Exited(child, new ExitReason.Crash(planted)));
    }
}
