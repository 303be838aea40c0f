package dev.myriad.examples;

import dev.myriad.testkit.ChannelTest;
import dev.myriad.testkit.TestChannel;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NoticeBoardTest {
    private final NoticeBoard.Notices notices = new NoticeBoard.Notices();

    @Test
    void whoComesBackGetsWhatItHasNotSeen() {
        try (ChannelTest test = ChannelTest.of("board:1", () -> new NoticeBoard(notices))) {
            TestChannel ada = test.join("board:1", Map.of("id", 0));
            ada.assertPush("history", Map.of("notices", List.of()));
            ada.push("post", Map.of("text", "one")).assertReply("ok");
            ada.assertBroadcast("notice", Map.of("id", 1, "text", "one"));
            ada.push("post", Map.of("text", "two")).assertReply("ok");
            TestChannel bob = test.join("board:1", Map.of("id", 1));
            bob.assertPush("history", Map.of("notices", List.of(Map.of("id", 2, "text", "two"))));
        }
    }

    @Test
    void whoSawTheOwnNoticeFirstAsksForWhatIsBeforeIt() {
        try (ChannelTest test = ChannelTest.of("board:1", () -> new NoticeBoard(notices))) {
            TestChannel ada = test.join("board:1", Map.of("id", 0));
            TestChannel bob = test.join("board:1", Map.of("id", 0));
            test.holdBroadcasts();
            ada.push("post", Map.of("text", "one")).assertReply("ok");
            bob.push("post", Map.of("text", "two")).assertReply("ok");
            bob.assertBroadcast("notice", Map.of("id", 2, "text", "two"));
            bob.socket().disconnect();
            test.releaseBroadcasts();
            TestChannel again = test.join("board:1", Map.of("id", 0));
            again.assertPush(
                    "history",
                    Map.of(
                            "notices",
                            List.of(
                                    Map.of("id", 1, "text", "one"),
                                    Map.of("id", 2, "text", "two"))));
        }
    }
}
