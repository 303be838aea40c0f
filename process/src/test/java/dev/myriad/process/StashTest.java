package dev.myriad.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StashTest {
    /** Puts away numbers until it is opened. */
    private static final class Door extends Puppet {
        private boolean open;

        @Override
        protected void handle(Object message) throws Exception {
            if (message instanceof Integer && !open) {
                stash(message);
            } else {
                super.handle(message);
            }
        }

        void open() {
            open = true;
            unstashAll();
        }
    }

    @Test
    void whatWasStashedComesFirstAndInItsOrder() throws Exception {
        Door door = new Door();
        for (int i = 0; i < 10; i++) {
            door.send(i);
        }
        door.flush();
        CountDownLatch release = door.hold();
        door.tell(_ -> door.open());
        door.send(10);
        release.countDown();
        assertThat(door.gets(11)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    }

    /** More than a turn handles, so that what is left is put back beneath new messages. */
    @Test
    void aLongStashKeepsItsOrderAcrossTurns() throws Exception {
        Door door = new Door();
        int count = 10_000;
        List<Object> expected = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            expected.add(i);
            door.send(i);
        }
        door.tell(_ -> door.open());
        for (int i = count; i < 2 * count; i++) {
            expected.add(i);
            door.send(i);
        }
        assertThat(door.gets(2 * count)).isEqualTo(expected);
        assertThat(door.info().mailbox()).isZero();
    }

    @Test
    void unstashingNothingIsHarmless() throws Exception {
        Puppet puppet = new Puppet();
        puppet.make(Puppet::unstashAll);
        puppet.make(
                self -> {
                    self.unstashAll();
                    self.unstashAll();
                });
        puppet.send("message");
        assertThat(puppet.gets(1)).containsExactly("message");
    }

    @Test
    void aMessageThatIsItsOwnNodeCanBeStashedAgainAndAgain() throws Exception {
        Message own = new Message() {};
        int[] times = new int[1];
        Puppet puppet =
                new Puppet() {
                    @Override
                    protected void handle(Object message) throws Exception {
                        if (message == own && ++times[0] < 5) {
                            stash(message);
                            unstashAll();
                        } else {
                            super.handle(message);
                        }
                    }
                };
        puppet.send(own);
        puppet.send("after");
        assertThat(puppet.gets(2)).containsExactly(own, "after");
        assertThat(times[0]).isEqualTo(5);
    }

    @Test
    void whatIsStashedAtTheStartIsHandledBeforeTheFirstMessage() throws Exception {
        Puppet puppet =
                new Puppet() {
                    @Override
                    protected void started() {
                        stash("to begin with");
                        unstashAll();
                    }
                };
        puppet.send("first");
        assertThat(puppet.gets(2)).containsExactly("to begin with", "first");
    }

    @Test
    void theCountOfWhatWaitsKnowsTheStash() throws Exception {
        Door door = new Door();
        for (int i = 0; i < 1_000; i++) {
            door.send(i);
        }
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        door.tell(_ -> door.open());
        door.tell(
                _ -> {
                    held.countDown();
                    release.await();
                });
        Puppet.arrives(held);
        assertThat(door.received()).hasSize(1_000);
        assertThat(door.info().mailbox()).isZero();
        release.countDown();
        door.flush();
        assertThat(door.info().mailbox()).isZero();
    }
}
