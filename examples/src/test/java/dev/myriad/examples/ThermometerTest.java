package dev.myriad.examples;

import dev.myriad.testkit.ChannelTest;
import dev.myriad.testkit.TestChannel;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ThermometerTest {
    @Test
    void saysWhatIsNoReading() {
        try (ChannelTest test = ChannelTest.of("thermometer:*", Thermometer::new)) {
            TestChannel meter = test.join("thermometer:1");
            for (Map<String, ?> bad :
                    List.<Map<String, ?>>of(
                            Map.of("celsius", "warm"), Map.of("celsius", Map.of()), Map.of())) {
                meter.push("read", bad).assertReply("error", Map.of("reason", "bad payload"));
            }
            meter.push("read", Map.of("celsius", 21.5, "unknown", 1)).assertReply("ok");
            meter.assertBroadcast("reading", Map.of("celsius", 21.5));
        }
    }
}
