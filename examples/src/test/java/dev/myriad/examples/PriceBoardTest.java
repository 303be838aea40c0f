package dev.myriad.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.testkit.ChannelTest;
import dev.myriad.testkit.TestChannel;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PriceBoardTest {
    @Test
    void everybodySeesWhatIsTrueNow() {
        try (ChannelTest test = ChannelTest.of(PriceBoard.endpoint(), "/socket")) {
            PriceBoard board = new PriceBoard(test.endpoint());
            TestChannel early = test.join("prices:nyse");
            board.quote();
            assertThat(board.raise("INIT", 5)).isPositive();
            early.assertState(Map.of("INIT", 776, "HOOLI", 9_950));
            TestChannel late = test.join("prices:nyse");
            late.assertState(Map.of("INIT", 776, "HOOLI", 9_950));
        }
    }

    @Test
    void clientsWriteWhereTheRuleSaysSo() {
        try (ChannelTest test = ChannelTest.of(PriceBoard.endpoint(), "/socket")) {
            TestChannel notes = test.join("notes:1");
            notes.push("state_put", Map.of("key", "milk", "value", true)).assertReply("ok");
            notes.assertState(Map.of("milk", true));
            TestChannel prices = test.join("prices:nyse");
            prices.push("state_put", Map.of("key", "ACME", "value", 1)).assertReply("error");
        }
    }
}
