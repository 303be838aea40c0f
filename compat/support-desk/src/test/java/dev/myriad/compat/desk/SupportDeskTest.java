package dev.myriad.compat.desk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.channels.Endpoint;
import dev.myriad.channels.SocketRoutes;
import dev.myriad.compat.desk.Lines.Line;
import dev.myriad.testkit.ChannelTest;
import dev.myriad.testkit.TestChannel;
import dev.myriad.testkit.TestSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The desk with both kinds of users, without Spring and without a network. */
class SupportDeskTest {
    private final Tickets tickets = new Tickets();
    private final Passes passes = new Passes("known to the desk and its tests only");
    private final ChannelTest test =
            ChannelTest.of(
                    Endpoint.builder()
                            .socket("/customer", this::customers)
                            .socket("/agent", this::agents));
    private final Ticket ticket = tickets.open("Ada", "no light").orElseThrow();

    private void customers(SocketRoutes socket) {
        new Sockets().customers(passes).configure(socket);
        socket.channel("ticket:*", () -> new TicketChannel(tickets));
    }

    private void agents(SocketRoutes socket) {
        new Sockets().agents(passes).configure(socket);
        socket.channel("ticket:*", () -> new TicketChannel(tickets))
                .channel(LobbyChannel.TOPIC, () -> new LobbyChannel(tickets));
    }

    private TestSocket customer(Ticket ticket) {
        String token = passes.sign(new User.Customer(ticket.customer(), ticket.number()));
        return test.client("/customer").authToken(token).connect();
    }

    private TestSocket agent(String name, User.Role role) {
        String token = passes.sign(new User.Agent(name, role));
        return test.client("/agent").authToken(token).connect();
    }

    private TestSocket agent(String name) {
        return agent(name, User.Role.EXPERT);
    }

    private static Line line(long number, String by, String text) {
        return new Line(number, by, text);
    }

    private static Map<String, Object> lines(Line... lines) {
        return Map.of("lines", List.of(lines));
    }

    @AfterEach
    void close() {
        test.close();
    }

    @Test
    void aCustomerAsksAndAnAgentAnswers() {
        TestChannel ada = customer(ticket).join("ticket:1");
        TestChannel bob = agent("Bob").join("ticket:1");
        ada.push("say", new Text("it is dark")).assertReply("ok");
        bob.assertBroadcast("said", line(1, "Ada", "it is dark"));
        bob.push("say", new Text("is it on?")).assertReply("ok");
        ada.assertBroadcast("said", line(2, "Bob", "is it on?"));
    }

    @Test
    void aCustomerSeesNoTicketButTheirOwn() {
        Ticket other = tickets.open("Eve", "no sound").orElseThrow();
        customer(other).assertJoinRefused("ticket:1");
        customer(other).assertJoinRefused("lobby");
        customer(ticket).assertJoinRefused("notes:ticket:1");
        agent("Bob").join("ticket:1");
        agent("Bob").join(other.topic());
    }

    @Test
    void eachKindOfTokenOpensItsOwnSocket() {
        String customer = passes.sign(new User.Customer("Ada", 1));
        test.client("/agent").authToken(customer).assertConnectRefused(403);
        test.client("/customer").assertConnectRefused(403);
    }

    @Test
    void agentsTakeNotesThatNoCustomerHears() {
        TestChannel ada = customer(ticket).join("ticket:1");
        TestChannel bob = agent("Bob").join("ticket:1");
        TestChannel tom = agent("Tom", User.Role.TRAINEE).join("ticket:1");
        tom.push("note", new Text("she is cross")).assertReply("ok");
        bob.assertPush("noted", line(1, "Tom", "she is cross"));
        tom.assertPush("noted");
        ada.refutePush("noted");
        ada.refuteBroadcast("noted");
        ada.push("note", new Text("me too")).assertReply("error", Map.of("reason", "not for you"));
        agent("Liz").join("ticket:1").assertPush("notes", lines(line(1, "Tom", "she is cross")));
    }

    @Test
    void aTraineeDoesNotAnswer() {
        TestChannel tom = agent("Tom", User.Role.TRAINEE).join("ticket:1");
        tom.push("say", new Text("hello")).assertReply("error");
        tom.push("close").assertReply("error");
    }

    @Test
    void theOthersSeeWhoTypes() {
        TestChannel ada = customer(ticket).join("ticket:1");
        TestChannel bob = agent("Bob").join("ticket:1");
        ada.push("typing").assertReply("ok");
        bob.assertBroadcast("typing", Map.of("by", "Ada"));
        ada.refuteBroadcast("typing");
    }

    @Test
    void whatIsNoTextIsRefusedAndTheChannelGoesOn() {
        TestChannel ada = customer(ticket).join("ticket:1");
        ada.push("say", Map.of("text", " ")).assertReply("error");
        ada.push("say", Map.of("text", List.of())).assertReply("error");
        ada.push("say").assertReply("error", Map.of("reason", "bad payload"));
        ada.push("say", new Text("hello")).assertReply("ok");
    }

    @Test
    void theLobbyShowsWhatIsOpen() {
        TestChannel lobby = agent("Bob").join("lobby");
        lobby.assertPush("tickets", Map.of("tickets", List.of(ticket.summary())));
        TestChannel ada = customer(ticket).join("ticket:1");
        agent("Liz").join("ticket:1").push("close").assertReply("ok");
        lobby.assertBroadcast("closed", ticket.summary());
        ada.assertBroadcast("closed");
        ada.push("say", new Text("wait")).assertReply("error");
        agent("Bob").assertJoinRefused("ticket:1");
    }

    /** Who speaks has the own line at once, and may go before the line of another comes. */
    @Test
    void whoComesBackHearsWhatTheOwnLineOvertook() {
        TestChannel ada = customer(ticket).join("ticket:1");
        TestSocket bob = agent("Bob");
        TestChannel before = bob.join("ticket:1");
        test.holdBroadcasts();
        ada.push("say", new Text("first")).assertReply("ok");
        before.push("say", new Text("second")).assertReply("ok");
        before.assertBroadcast("said", line(2, "Bob", "second"));
        bob.disconnect();
        test.releaseBroadcasts();

        TestChannel after = agent("Bob").join("ticket:1", Map.of("number", 0));
        after.assertPush("history", lines(line(1, "Ada", "first"), line(2, "Bob", "second")));
        agent("Bob")
                .join("ticket:1", Map.of("number", 1))
                .assertPush("history", lines(line(2, "Bob", "second")));
    }

    @Test
    void whoeverJoinsWhileManySpeakMissesNothing() throws InterruptedException {
        List<TestChannel> speakers =
                IntStream.range(0, 4).mapToObj(i -> agent("Bob " + i).join("ticket:1")).toList();
        List<Thread> threads =
                speakers.stream()
                        .map(speaker -> Thread.startVirtualThread(() -> sayMuch(speaker)))
                        .toList();
        List<TestChannel> late =
                IntStream.range(0, 10).mapToObj(_ -> customer(ticket).join("ticket:1")).toList();
        for (Thread thread : threads) {
            thread.join();
        }
        List<Long> all = LongStream.rangeClosed(1, 100).boxed().toList();
        for (TestChannel channel : late) {
            TreeSet<Long> heard = new TreeSet<>();
            channel.assertPush("history").as(History.class).lines().stream()
                    .map(Line::number)
                    .forEach(heard::add);
            while (heard.size() < all.size()) {
                heard.add(channel.assertBroadcast("said").as(Line.class).number());
            }
            assertThat(heard).containsExactlyElementsOf(all);
        }
    }

    record History(List<Line> lines) {}

    private static void sayMuch(TestChannel speaker) {
        for (int i = 0; i < 25; i++) {
            speaker.push("say", new Text("hello")).assertReply("ok");
        }
    }

    @Test
    void aTokenIsGoodForAnHour() {
        String token = passes.sign(new User.Customer("Ada", 1));
        TestSocket ada = test.client("/customer").authToken(token).connect();
        TestChannel channel = ada.join("ticket:1");
        test.clock().advance(Passes.MAX_AGE.minus(Duration.ofSeconds(30)));
        channel.assertPush("token_expiring");
        test.clock().advance(Duration.ofSeconds(30));
        ada.assertDisconnected(3000);
        test.client("/customer").authToken(token).assertConnectRefused(403);
    }

    @Test
    void aTokenIsRenewedByOneOfTheSameUser() {
        TestChannel ada = customer(ticket).join("ticket:1");
        String own = passes.sign(new User.Customer("Ada", 1));
        ada.push("access_token", Map.of("access_token", own)).assertReply("ok");
        String other = passes.sign(new User.Customer("Eve", 2));
        ada.push("access_token", Map.of("access_token", other)).assertReply("error");
    }

    @Test
    void anAgentHasTheRoleOfTheNewestToken() {
        TestChannel tom = agent("Tom", User.Role.TRAINEE).join("ticket:1");
        tom.push("say", new Text("hello")).assertReply("error");
        String promoted = passes.sign(new User.Agent("Tom", User.Role.EXPERT));
        tom.push("access_token", Map.of("access_token", promoted)).assertReply("ok");
        tom.push("say", new Text("hello")).assertReply("ok");
    }
}
