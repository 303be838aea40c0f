package dev.myriad.compat.desk;

import dev.myriad.channels.Channel;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.protocol.Payload;
import dev.myriad.protocol.PayloadException;
import dev.myriad.pubsub.Broadcast;
import dev.myriad.spring.ChannelMapping;
import java.util.Map;
import java.util.Optional;

/**
 * A ticket for one of those who talk in it. Its callbacks are called by one thread at a time.
 *
 * <p>A client that comes back says up to which number it has every line, hears those that come
 * after, and drops by its number what it has. The largest number that it heard would not do: of two
 * who speak at once, the later may be heard first.
 *
 * <p>Notes have a topic of their own, to which no client can join and only the channels of agents
 * subscribe, and numbers of their own, or customers would see gaps.
 */
@ChannelMapping(
        value = "ticket:*",
        socket = {"/customer", "/agent"})
class TicketChannel extends Channel {
    private final Tickets tickets;
    private long since;

    TicketChannel(Tickets tickets) {
        this.tickets = tickets;
    }

    record Since(Optional<Long> number) {}

    @Override
    protected JoinResult join(String topic, Payload params) {
        since = params.as(Since.class).number().orElse(0L);
        return tickets.find(topic)
                .filter(user()::maySee)
                .<JoinResult>map(ticket -> JoinResult.ok(ticket.summary()))
                .orElse(JoinResult.error(Map.of("reason", "no such ticket")));
    }

    @Override
    protected void joined() {
        Ticket ticket = tickets.find(topic()).orElseThrow();
        push("history", Map.of("lines", ticket.messages().after(since)));
        if (user() instanceof User.Agent) {
            subscribe(notes()); // first hear, then read
            push("notes", Map.of("lines", ticket.notes().after(0)));
        }
    }

    @Override
    protected Result handleIn(String event, Payload payload) {
        if (!user().may(event)) {
            return refuse("not for you");
        }
        try {
            return tickets.find(topic())
                    .map(ticket -> handle(ticket, event, payload))
                    .orElse(refuse("the ticket is closed"));
        } catch (PayloadException e) {
            return refuse("bad payload"); // what e says is of our classes
        }
    }

    private Result handle(Ticket ticket, String event, Payload payload) {
        switch (event) {
            case "say" -> {
                Text text = payload.as(Text.class);
                broadcast("said", ticket.messages().add(user(), text)); // first keep, then tell
            }
            case "note" -> {
                Text text = payload.as(Text.class);
                endpoint().broadcast(notes(), "noted", ticket.notes().add(user(), text));
            }
            case "typing" -> broadcastFrom("typing", Map.of("by", user().name()));
            case "close" -> {
                tickets.close(ticket);
                broadcast("closed", ticket.summary());
                endpoint().broadcast(LobbyChannel.TOPIC, "closed", ticket.summary());
            }
            default -> {
                return refuse("unknown event");
            }
        }
        return Result.ok();
    }

    /** A note, for an agent. */
    @Override
    protected void handleInfo(Object message) {
        switch (message) {
            case Broadcast(String _, String event, Payload payload) -> push(event, payload);
            default -> throw new IllegalArgumentException("unexpected " + message);
        }
    }

    /** Who the newest token says it is. */
    private User user() {
        return (User) assigns().get("user");
    }

    private String notes() {
        return "notes:" + topic();
    }

    private static Result refuse(String reason) {
        return Result.error(Map.of("reason", reason));
    }
}
