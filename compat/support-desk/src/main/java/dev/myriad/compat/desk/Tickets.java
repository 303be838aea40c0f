package dev.myriad.compat.desk;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Service;

/** The tickets that are open, by their topics; a database in real life. Thread-safe. */
@Service
class Tickets {
    private static final int OPEN_MAX = 10_000;

    private final AtomicLong numbers = new AtomicLong();
    private final Map<String, Ticket> open = new ConcurrentHashMap<>();

    /** A new ticket, unless far too many are open. */
    Optional<Ticket> open(String customer, String subject) {
        if (open.size() >= OPEN_MAX) {
            return Optional.empty();
        }
        Ticket ticket = new Ticket(numbers.incrementAndGet(), customer, subject);
        open.put(ticket.topic(), ticket);
        return Optional.of(ticket);
    }

    /** Closes it for good. */
    void close(Ticket ticket) {
        open.remove(ticket.topic());
    }

    Optional<Ticket> find(String topic) {
        return Optional.ofNullable(open.get(topic));
    }

    List<Ticket.Summary> summaries() {
        return open.values().stream().map(Ticket::summary).toList();
    }

    int count() {
        return open.size();
    }
}
