package dev.myriad.compat.desk;

import dev.myriad.channels.Endpoint;
import dev.myriad.compat.desk.Lines.Line;
import dev.myriad.compat.desk.Passes.Pass;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Opens tickets, and says in them what agents post over HTTP. Thread-safe. */
@RestController
class TicketController {
    private final Endpoint endpoint;
    private final Tickets tickets;
    private final Passes passes;

    TicketController(Endpoint endpoint, Tickets tickets, Passes passes) {
        this.endpoint = endpoint;
        this.tickets = tickets;
        this.passes = passes;
    }

    record Question(String customer, String subject) {
        Question {
            Text.check(customer);
            Text.check(subject);
        }
    }

    /** A ticket, and the token with which its customer connects. */
    record Opened(long ticket, String token) {}

    @PostMapping("/tickets")
    @ResponseStatus(HttpStatus.CREATED)
    Opened open(@RequestBody Question question) {
        Ticket ticket =
                tickets.open(question.customer(), question.subject())
                        .orElseThrow(
                                () -> new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE));
        endpoint.broadcast(LobbyChannel.TOPIC, "opened", ticket.summary());
        User customer = new User.Customer(ticket.customer(), ticket.number());
        return new Opened(ticket.number(), passes.sign(customer));
    }

    @PostMapping("/tickets/{id}/messages")
    @ResponseStatus(HttpStatus.CREATED)
    Line say(
            @PathVariable long id,
            @RequestHeader(name = HttpHeaders.AUTHORIZATION, defaultValue = "") String bearer,
            @RequestBody Text text) {
        User agent =
                passes.agent(bearer.replaceFirst("^Bearer ", ""))
                        .map(Pass::user)
                        .filter(user -> user.may("say"))
                        .orElseThrow(() -> new ResponseStatusException(HttpStatus.FORBIDDEN));
        Ticket ticket =
                tickets.find("ticket:" + id)
                        .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
        Line line = ticket.messages().add(agent, text);
        endpoint.broadcast(ticket.topic(), "said", line);
        return line;
    }
}
