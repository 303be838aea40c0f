package dev.myriad.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScrapeTest {
    @Test
    void refusalsAreNamedByTheLimitOrTheCounter() {
        Scrape before =
                Scrape.of(
                        List.of(
                                "# TYPE myriad_refused_total counter",
                                "myriad_refused_total 2.0",
                                "myriad_limit_exceeded_total{limit=\"topicBytesMax\"} 7.0",
                                "myriad_messages_in_total 5.0"));
        Scrape after =
                Scrape.of(
                        List.of(
                                "myriad_refused_total 5.0",
                                "myriad_joins_refused_total 4.0",
                                "myriad_limit_exceeded_total{limit=\"topicBytesMax\"} 7.0",
                                "myriad_limit_exceeded_total{limit=\"idleMillis\"} 1.2E3",
                                "myriad_messages_in_total 9.0"));

        assertThat(after.refusedSince(before))
                .containsOnlyKeys("refused", "joins refused", "idleMillis")
                .containsEntry("refused", 3L)
                .containsEntry("idleMillis", 1_200L);
    }

    @Test
    void clientsAreThoseOfBothTransports() {
        Scrape scrape =
                Scrape.of(List.of("myriad_connections 3.0", "myriad_long_poll_sessions 4.0"));

        assertThat(scrape.clients()).isEqualTo(7);
        assertThat(Scrape.of(List.of()).clients()).isZero();
    }
}
