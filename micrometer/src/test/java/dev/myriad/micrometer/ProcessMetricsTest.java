package dev.myriad.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.process.Processes;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ProcessMetricsTest {
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    private static Processes.Stats stats(Processes.LongMailbox... mailboxes) {
        return new Processes.Stats(18, 23, 19, 20, 21, 22, List.of(mailboxes));
    }

    @Test
    void showsEachCounter() {
        new ProcessMetrics(() -> stats()).bindTo(registry);
        assertThat(registry.scrape().lines())
                .contains(
                        "myriad_process_crashes_total 18.0",
                        "myriad_process_out_of_memory_total 23.0",
                        "myriad_process_hogs_total 19.0",
                        "myriad_process_spare_carriers 20.0",
                        "myriad_process_overflows_total 21.0",
                        "myriad_process_long_mailboxes_total 22.0");
    }

    @Test
    void namesWhoseMailboxGrewLongFromTheNextTimeOn() {
        AtomicReference<Processes.Stats> stats = new AtomicReference<>(stats());
        new ProcessMetrics(stats::get).bindTo(registry);
        stats.set(stats(new Processes.LongMailbox("ledger", 23_000)));
        assertThat(registry.scrape()).contains("myriad_process_long_mailboxes_total 22.0");
        assertThat(registry.scrape())
                .contains("myriad_process_mailbox{process=\"ledger\"} 23000.0");
    }
}
