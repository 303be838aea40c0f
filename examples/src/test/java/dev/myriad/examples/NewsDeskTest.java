package dev.myriad.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.testkit.ChannelTest;
import dev.myriad.testkit.TestChannel;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NewsDeskTest {
    @Test
    void whoWasAwayMissesNothing() {
        try (ChannelTest test = ChannelTest.of(NewsDesk.endpoint(), "/socket")) {
            TestChannel reader = test.join("news:sport", Map.of("resume", true));
            test.endpoint().broadcast("news:sport", "headline", Map.of("text", "1:0"));
            reader.assertBroadcast("headline");
            reader.socket().disconnect();
            test.endpoint().broadcast("news:sport", "headline", Map.of("text", "1:1"));

            TestChannel back = test.join("news:sport", reader.resumeParams());
            back.assertRecovered();
            assertThat(back.assertBroadcast("headline").toString()).contains("1:1");
            back.refuteBroadcast("headline");
        }
    }

    @Test
    void theProgramReadsTheHistoryToo() {
        NewsDesk desk = new NewsDesk();
        desk.publish("1:0");
        assertThat(desk.headlines()).hasSize(1);
    }
}
