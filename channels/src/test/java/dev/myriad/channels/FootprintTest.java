package dev.myriad.channels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.protocol.Payload;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.openjdk.jol.info.ClassLayout;

/** What a joined idle channel takes, by the object layout tool; with compact headers. */
class FootprintTest {
    private static final class Counting extends Channel {
        private int count;

        @Override
        protected JoinResult join(String topic, Payload params) {
            return JoinResult.ok();
        }

        @Override
        protected Result handleIn(String event, Payload payload) {
            return Result.ok(Map.of("count", ++count));
        }
    }

    private static long bytes(Class<?> type) {
        return ClassLayout.parseClass(type).instanceSize();
    }

    @Test
    void aChannelsProcessIs48Bytes() {
        assertThat(bytes(ChannelProcess.class)).isEqualTo(48);
    }

    @Test
    void aChannelIs16BytesAndItsFirstFieldCostsNothing() {
        assertThat(bytes(Counting.class)).isEqualTo(16);
    }

    @Test
    void aSocketIs40BytesAndAMessage24() {
        assertThat(bytes(SocketHandler.class)).isEqualTo(40);
        assertThat(bytes(Inbound.class)).isEqualTo(24);
    }
}
