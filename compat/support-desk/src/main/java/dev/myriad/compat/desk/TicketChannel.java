package dev.myriad.compat.desk;

import dev.myriad.channels.Channel;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.protocol.Payload;
import dev.myriad.protocol.PayloadException;
import java.util.Map;
import java.util.Optional;

/**
 * A ticket for one of those who talk in it. Its callbacks are called by one thread at a time.
 *
 * <p>No message is lost: a client sends the number up to which it has all, hears those that come
 * after, and drops what it has by its number. Two who speak at once may be heard in another order
 * than that of their numbers, so the largest number that was heard will not do.
 */
abstract class TicketChannel extends Channel {
    private final Tickets tickets;
    private Seen seen = Seen.NOTHING;

    TicketChannel(Tickets tickets) {
        this.tickets = tickets;
    }

    /** The numbers up to which a client has all messages and notes; without them, none. */
    record Seen(Optional<Long> messages, Optional<Long> notes) {
        static final Seen NOTHING = new Seen(Optional.empty(), Optional.empty());
    }

    abstract User user();

    abstract boolean maySee(Ticket ticket);

    @Override
    protected JoinResult join(String topic, Payload params) {
        seen = params.as(Seen.class);
        return ticket().filter(this::maySee)
                .<JoinResult>map(ticket -> JoinResult.ok(ticket.summary()))
                .orElse(JoinResult.error(Map.of("reason", "no such ticket")));
    }

    @Override
    protected void joined() {
        ticket().ifPresent(this::welcome);
    }

    /** Shows what was said before; broadcasts come already, so nothing falls in between. */
    void welcome(Ticket ticket) {
        push("history", Map.of("lines", ticket.messages().after(seen.messages().orElse(0L))));
    }

    @Override
    protected final Result handleIn(String event, Payload payload) {
        try {
            return ticket().map(ticket -> handle(ticket, event, payload))
                    .orElse(refuse("the ticket is closed"));
        } catch (PayloadException e) {
            return refuse(e.getMessage());
        }
    }

    Result handle(Ticket ticket, String event, Payload payload) {
        return switch (event) {
            case "say" -> {
                Text text = payload.as(Text.class);
                broadcast("said", ticket.messages().add(user().name(), text)); // kept, then heard
                yield Result.ok();
            }
            case "typing" -> {
                broadcastFrom("typing", Map.of("by", user().name()));
                yield Result.noReply();
            }
            default -> refuse("unknown event");
        };
    }

    final Seen seen() {
        return seen;
    }

    final Tickets tickets() {
        return tickets;
    }

    static Result refuse(String reason) {
        return Result.error(Map.of("reason", reason));
    }

    private Optional<Ticket> ticket() {
        return tickets.find(topic());
    }
}
