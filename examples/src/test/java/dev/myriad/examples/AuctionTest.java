package dev.myriad.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.testkit.ChannelTest;
import dev.myriad.testkit.TestChannel;
import dev.myriad.testkit.TestPush;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The example of the guides to channels and to embedding. */
@Timeout(60)
class AuctionTest {
    private static final String LOT = "lot:42";

    private final BlockingQueue<Consumer<String>> questions = new LinkedBlockingQueue<>();
    private final AuctionHouse house = new AuctionHouse((_, answer) -> questions.add(answer));
    private final ChannelTest test = ChannelTest.of(house.endpoint(), "/auction");

    @BeforeEach
    void offer() {
        house.offer(LOT);
    }

    @AfterEach
    void close() {
        test.close();
    }

    /** A bidder whose channel has done all that it does after a join. */
    private TestChannel bidder(String name) {
        TestChannel room = test.connect(Map.of("bidder", name)).join(LOT);
        room.push("bid", Map.of("euros", 0)).assertReply("error", Map.of("reason", "too low"));
        return room;
    }

    @Test
    void everyoneHearsABid() {
        TestChannel ada = bidder("ada");
        TestChannel bob = bidder("bob");
        ada.assertBroadcast("came", Map.of("bidder", "bob"));
        ada.push("bid", Map.of("euros", 10)).assertReply("ok", Map.of("bids", 1));
        ada.assertBroadcast("bid", Map.of("bidder", "ada", "euros", 10));
        bob.assertBroadcast("bid", Map.of("bidder", "ada", "euros", 10));
        bob.push("bid", Map.of("euros", 10)).assertReply("error", Map.of("reason", "too low"));
    }

    @Test
    void othersSeeWhoIsThinkingAndWhoGoes() {
        TestChannel ada = bidder("ada");
        TestChannel bob = bidder("bob");
        bob.push("thinking").refuteReply();
        ada.assertBroadcast("thinking", Map.of("bidder", "bob"));
        bob.refuteBroadcast("thinking");
        bob.push("leave").assertReply("ok", Map.of("bids", 0));
        bob.assertClosed();
        ada.assertBroadcast("went", Map.of("bidder", "bob"));
    }

    @Test
    void theExpertAnswersLater() throws Exception {
        TestChannel ada = bidder("ada");
        TestPush question = ada.push("ask", Map.of("text", "Is it old?"));
        Consumer<String> answer = questions.take();
        ada.push("bid", Map.of("euros", 10)).assertReply("ok");
        answer.accept("Very.");
        question.assertReply("ok", Map.of("text", "Very."));
    }

    @Test
    void eachBidderHearsWhetherItIsTheirs() {
        TestChannel ada = bidder("ada");
        TestChannel bob = bidder("bob");
        ada.push("bid", Map.of("euros", 10)).assertReply("ok");
        house.sell(test.endpoint(), LOT);
        ada.assertPush("sold", Map.of("euros", 10, "yours", true));
        bob.assertPush("sold", Map.of("euros", 10, "yours", false));
        ada.assertPush("news", Map.of("text", "lot:42 is sold"));
        bob.push("bid", Map.of("euros", 20)).assertReply("error", Map.of("reason", "too low"));
    }

    @Test
    void whoIsBannedIsDisconnected() {
        TestChannel ada = bidder("ada");
        TestChannel bob = bidder("bob");
        house.ban(test.endpoint(), "ada");
        ada.socket().assertDisconnected(1001);
        bob.assertBroadcast("went", Map.of("bidder", "ada"));
    }

    @Test
    void strangersStayOut() {
        test.assertConnectRefused(Map.of(), 403);
        test.connect(Map.of("bidder", "ada")).assertJoinRefused("lot:43");
    }

    @Test
    void theProgramKeepsAJournal() throws Exception {
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        AuctionHouse.journal(test.endpoint(), LOT, lines::add);
        bidder("ada").push("bid", Map.of("euros", 10)).assertReply("ok");
        assertThat(lines.poll(20, TimeUnit.SECONDS)).isEqualTo("ada bids 10");
    }
}
