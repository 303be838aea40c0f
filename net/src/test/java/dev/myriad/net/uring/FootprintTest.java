package dev.myriad.net.uring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.openjdk.jol.info.ClassLayout;

/** What an idle connection takes, by the object layout tool; the tests run with compact headers. */
class FootprintTest {
    @Test
    void anIdleConnectionIsOneObjectOf80Bytes() {
        assertThat(ClassLayout.parseClass(UringWire.class).instanceSize()).isEqualTo(80);
    }
}
