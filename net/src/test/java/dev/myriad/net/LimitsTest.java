package dev.myriad.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Limits are built, read and found by name. */
class LimitsTest {
    @Test
    void oneIsChangedAndTheOthersStay() {
        Limits limits = Limits.DEFAULT.with(Limit.IDLE_MILLIS, 30_000).with(Limit.HEADERS_MAX, 10);
        for (Limit limit : Limit.values()) {
            int expected =
                    switch (limit) {
                        case IDLE_MILLIS -> 30_000;
                        case HEADERS_MAX -> 10;
                        default -> limit.defaultValue();
                    };
            assertThat(limits.of(limit)).as("%s", limit).isEqualTo(expected);
        }
        assertThat(Limits.DEFAULT.of(Limit.IDLE_MILLIS)).isEqualTo(60_000);
    }

    @Test
    void theTextTellsWhatDiffersFromTheDefault() {
        assertThat(Limits.DEFAULT).hasToString("Limits[]");
        Limits limits = Limits.DEFAULT.with(Limit.IDLE_MILLIS, 1).with(Limit.CONNECTIONS_MAX, 2);
        assertThat(limits).hasToString("Limits[connectionsMax = 2, idleMillis = 1]");
        assertThat(limits.with(Limit.IDLE_MILLIS, 60_000).with(Limit.CONNECTIONS_MAX, 110_000))
                .isEqualTo(Limits.DEFAULT)
                .hasSameHashCodeAs(Limits.DEFAULT);
    }

    @Test
    void aValueOutOfItsRangeIsRefusedByName() {
        assertThatThrownBy(() -> Limits.DEFAULT.with(Limit.CONNECTION_JOINS_PER_SECOND_MAX, 65_536))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("connectionJoinsPerSecondMax is 0 to 65535, not 65536");
        assertThatThrownBy(() -> Limits.DEFAULT.with(Limit.JSON_DEPTH_MAX, 127))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("jsonDepthMax is 128 and has no setting, not 127");
        for (Limit limit : Limit.values()) {
            assertThat(limit.defaultValue()).isBetween(limit.smallest(), limit.largest());
            assertThatThrownBy(() -> Limits.DEFAULT.with(limit, limit.smallest() - 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(limit.key() + " is ");
        }
    }

    @Test
    void aLimitIsFoundByItsName() {
        assertThat(Limit.IDLE_MILLIS.key()).isEqualTo("idleMillis");
        for (Limit limit : Limit.values()) {
            assertThat(Limit.named(limit.key())).isEqualTo(limit);
        }
        assertThat(Limit.named("connections-per-address-max"))
                .isEqualTo(Limit.CONNECTIONS_PER_ADDRESS_MAX);
        assertThatThrownBy(() -> Limit.named("idle"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("no limit is named \"idle\"; there are connectionsMax, ");
    }

    @Test
    void eachIsOfConnectionsOrOfChannels() {
        List<Limit> all = new ArrayList<>(Limit.ofConnections());
        all.addAll(Limit.ofChannels());
        assertThat(all).containsExactly(Limit.values());
    }
}
