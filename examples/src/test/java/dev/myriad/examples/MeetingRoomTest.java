package dev.myriad.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.myriad.testkit.ChannelTest;
import dev.myriad.testkit.TestChannel;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MeetingRoomTest {
    @Test
    void everybodySeesWhoIsHere() {
        try (ChannelTest test = ChannelTest.of(MeetingRoom.endpoint(user -> "Ada"), "/socket")) {
            TestChannel ada = test.join("meeting:42");
            ada.assertPresent("user-1");
            ada.push("typing", Map.of("typing", true)).assertReply("ok");
            TestChannel bob = test.join("meeting:42");
            assertThat(bob.assertPresent("user-1").toString()).contains("Ada").contains("phx_ref");
            ada.leave().assertReply("ok");
            bob.leave().assertReply("ok");
            await().until(() -> test.endpoint().presences("meeting:42").isEmpty());
        }
    }
}
