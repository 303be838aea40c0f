package dev.myriad.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.channels.EndpointStats;
import dev.myriad.longpoll.LongPollStats;
import dev.myriad.net.HttpQuestion;
import dev.myriad.net.NetStats;
import dev.myriad.process.Processes;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MetricsTest {
    @Test
    void readsTheCountersWhenAsked() {
        AtomicLong messages = new AtomicLong(5);
        Metrics metrics =
                new Metrics(
                        () ->
                                new Vitals(
                                        new NetStats(
                                                1,
                                                2,
                                                3,
                                                4,
                                                messages.get(),
                                                6,
                                                7,
                                                8,
                                                9,
                                                10,
                                                Map.of(1012, 26L),
                                                11,
                                                Map.of("connectionsMax", 24L)),
                                        new EndpointStats(
                                                11,
                                                12,
                                                13,
                                                14,
                                                15,
                                                16,
                                                18,
                                                17,
                                                Map.of("joinsPerSecondMax", 25L),
                                                new LongPollStats(
                                                        24,
                                                        25,
                                                        26,
                                                        27,
                                                        28,
                                                        Map.of("connectionsMax", 100L))),
                                        new Processes.Stats(
                                                18,
                                                19,
                                                20,
                                                21,
                                                22,
                                                List.of(
                                                        new Processes.LongMailbox(
                                                                "ledger", 23_000))),
                                        12_000_000,
                                        0));

        assertThat(scrape(metrics).lines())
                .contains(
                        "myriad_connections 1.0",
                        "myriad_accepted_total 2.0",
                        "myriad_upgraded_total 3.0",
                        "myriad_refused_total 4.0",
                        "myriad_messages_in_total 5.0",
                        "myriad_frames_out_total 6.0",
                        "myriad_bytes_in_total 7.0",
                        "myriad_bytes_out_total 8.0",
                        "myriad_congested_total 9.0",
                        "myriad_closed_slow_total 10.0",
                        "myriad_closed_total{code=\"1012\"} 26.0",
                        "myriad_channels 11.0",
                        "myriad_topics 12.0",
                        "myriad_joins_total 13.0",
                        "myriad_joins_refused_total 14.0",
                        "myriad_messages_handled_total 15.0",
                        "myriad_broadcasts_total 16.0",
                        "myriad_crashes_total 17.0",
                        "myriad_long_poll_sessions 24.0",
                        "myriad_long_poll_opened_total 25.0",
                        "myriad_long_poll_refused_total 26.0",
                        "myriad_long_poll_polls_total 27.0",
                        "myriad_long_poll_binary_dropped_total 28.0",
                        "myriad_process_crashes_total 18.0",
                        "myriad_process_hogs_total 19.0",
                        "myriad_process_spare_carriers 20.0",
                        "myriad_process_overflows_total 21.0",
                        "myriad_process_long_mailboxes_total 22.0",
                        "myriad_process_mailbox{process=\"ledger\"} 23000.0",
                        "myriad_limit_exceeded_total{limit=\"connectionsMax\"} 124.0",
                        "myriad_limit_exceeded_total{limit=\"joinsPerSecondMax\"} 25.0",
                        "process_resident_memory_bytes 1.2E7");

        messages.set(50);
        assertThat(scrape(metrics)).contains("myriad_messages_in_total 50.0");
        assertThat(scrape(metrics)).contains("jvm_memory_used_bytes{area=\"heap\"");
    }

    private static String scrape(Metrics metrics) {
        return new String(metrics.answer(HttpQuestion.of("GET", "/metrics")).body(), UTF_8);
    }
}
