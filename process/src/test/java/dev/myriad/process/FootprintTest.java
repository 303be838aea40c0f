package dev.myriad.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.openjdk.jol.info.ClassLayout;
import org.openjdk.jol.info.GraphLayout;

/** What an idle process takes, by the object layout tool; the tests run with compact headers. */
class FootprintTest {
    private static final class Idle extends Process {
        @Override
        protected void handle(Object message) {}
    }

    private static final class Counting extends Process {
        private int count;

        @Override
        protected void handle(Object message) {
            if (++count == 2) {
                exit(ExitReason.NORMAL);
            }
        }
    }

    @Test
    void anIdleProcessIsOneObjectOf24Bytes() {
        assertThat(GraphLayout.parseInstance(new Idle()).totalSize()).isEqualTo(24);
    }

    @Test
    void itsFirstFieldCostsNothing() {
        assertThat(GraphLayout.parseInstance(new Counting()).totalSize()).isEqualTo(24);
    }

    @Test
    void aTasksNameCostsNothing() {
        assertThat(ClassLayout.parseClass(Task.class).instanceSize()).isEqualTo(24);
    }
}
