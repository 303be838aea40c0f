package dev.myriad.compat.desk;

import dev.myriad.channels.Result;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.Broadcast;
import dev.myriad.spring.ChannelMapping;
import java.util.Map;

/**
 * A ticket for an agent, with notes. Its callbacks are called by one thread at a time.
 *
 * <p>Notes have a topic of their own, to which only channels of agents subscribe: a customer's
 * cannot tell what it never hears. They have numbers of their own too, or customers would see gaps.
 */
@ChannelMapping(value = "ticket:*", socket = "/agent")
final class AgentChannel extends TicketChannel {
    AgentChannel(Tickets tickets) {
        super(tickets);
    }

    @Override
    User.Agent user() {
        return (User.Agent) assigns().get("user");
    }

    @Override
    boolean maySee(Ticket ticket) {
        return true;
    }

    @Override
    void welcome(Ticket ticket) {
        super.welcome(ticket);
        subscribe(notes()); // first hear,
        push("notes", Map.of("lines", ticket.notes().after(seen().notes().orElse(0L)))); // then read
    }

    @Override
    protected void handleInfo(Object message) {
        switch (message) {
            case Broadcast(String _, String event, Payload payload) -> push(event, payload);
            default -> throw new IllegalArgumentException("unexpected " + message);
        }
    }

    @Override
    Result handle(Ticket ticket, String event, Payload payload) {
        if (event.equals("note")) {
            Text text = payload.as(Text.class);
            endpoint().broadcast(notes(), "noted", ticket.notes().add(user().name(), text));
            return Result.ok();
        }
        if (!user().mayAnswer()) {
            return refuse("trainees take notes only");
        }
        return event.equals("close") ? close(ticket) : super.handle(ticket, event, payload);
    }

    private Result close(Ticket ticket) {
        if (tickets().close(topic())) {
            broadcast("closed", ticket.summary());
            endpoint().broadcast(LobbyChannel.TOPIC, "closed", ticket.summary());
        }
        return Result.ok();
    }

    private String notes() {
        return "notes:" + topic();
    }
}
