package dev.myriad.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.myriad.channels.Endpoint;
import dev.myriad.process.Process;
import dev.myriad.process.Registry;
import dev.myriad.process.Supervisor;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LedgerTest {
    @Test
    void isFoundAgainAfterACrash() {
        Registry<String> names = new Registry<>();
        Supervisor supervisor = Ledger.supervised(names);
        await().until(() -> names.lookup("ledger").isPresent());
        Process first = names.lookup("ledger").orElseThrow();
        Ledger.book(names, 5);
        assertThat(first.call(new Ledger.Booked())).isEqualTo(5);

        Ledger.book(names, Long.MAX_VALUE);
        await().until(() -> names.lookup("ledger").filter(next -> next != first).isPresent());
        first.send(new Ledger.Book(7)); // dropped
        Ledger.book(names, 1);
        Process next = names.lookup("ledger").orElseThrow();
        assertThat(next.call(new Ledger.Booked())).isEqualTo(1);
        assertThat(supervisor.which("ledger")).isEqualTo(Optional.of(next));

        Ledger.stop(Endpoint.builder().start(), supervisor);
        await().until(() -> names.lookup("ledger").isEmpty() && !supervisor.isAlive());
    }
}
