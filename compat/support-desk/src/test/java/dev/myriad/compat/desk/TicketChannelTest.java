package dev.myriad.compat.desk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.testkit.ChannelUnit;
import dev.myriad.testkit.Sent;
import dev.myriad.compat.desk.Lines.Line;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The handlers of a ticket's channel, each alone. */
class TicketChannelTest {
    private static final User ADA = new User.Customer("Ada", 1);

    private final Tickets tickets = new Tickets();
    private final Ticket ticket = tickets.open("Ada", "no light").orElseThrow();

    private ChannelUnit channel(User.Role role) {
        return ChannelUnit.of(new TicketChannel(tickets), ticket.topic())
                .assigns(Map.of("user", new User.Agent("Bob", role)));
    }

    @Test
    void joinShowsTheTicketAndWhatWasSaid() throws Exception {
        Line line = ticket.messages().add(ADA, new Text("it is dark"));
        ChannelUnit bob = channel(User.Role.EXPERT);
        assertThat(bob.join(Map.of())).isEqualTo(JoinResult.ok(ticket.summary()));
        assertThat(bob.sent())
                .containsExactly(
                        Sent.push("history", Map.of("lines", List.of(line))),
                        Sent.push("notes", Map.of("lines", List.of())));
        assertThat(bob.subscribed()).containsExactly("notes:ticket:1");
    }

    @Test
    void sayIsKeptAndHeard() throws Exception {
        ChannelUnit bob = channel(User.Role.EXPERT);
        bob.join(Map.of());
        bob.sent();
        assertThat(bob.handleIn("say", new Text("hello"))).isEqualTo(Result.ok());
        assertThat(bob.sent()).containsExactly(Sent.broadcast("said", new Line(1, "Bob", "hello")));
        assertThat(ticket.messages().after(0)).containsExactly(new Line(1, "Bob", "hello"));
    }

    @Test
    void aTraineesWordIsNeitherKeptNorHeard() throws Exception {
        ChannelUnit tom = channel(User.Role.TRAINEE);
        tom.join(Map.of());
        tom.sent();
        assertThat(tom.handleIn("say", new Text("hello")))
                .isEqualTo(Result.error(Map.of("reason", "not for you")));
        assertThat(tom.sent()).isEmpty();
        assertThat(ticket.messages().after(0)).isEmpty();
    }
}
