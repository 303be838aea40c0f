package dev.myriad.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.channels.Endpoint;
import dev.myriad.channels.EndpointStats;
import dev.myriad.longpoll.LongPollStats;
import dev.myriad.net.NetStats;
import dev.myriad.pubsub.MemoryStats;
import dev.myriad.pubsub.Recovery;
import dev.myriad.pubsub.TopicException;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EndpointMetricsTest {
    private static final EndpointStats CHANNELS =
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
                    Map.of("unmatchedTopic", 29L),
                    new LongPollStats(24, 25, 26, 27, 28, Map.of("connectionsMax", 100L)),
                    new MemoryStats(
                            41,
                            42,
                            43,
                            Map.of(Recovery.Obstacle.TOO_MUCH, 44L),
                            46,
                            Map.of(TopicException.Code.TOO_LARGE, 45L)));

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    private static NetStats net(long messagesIn) {
        return new NetStats(
                1,
                2,
                3,
                4,
                messagesIn,
                6,
                7,
                8,
                9,
                10,
                Map.of(1012, 26L),
                11,
                Map.of("connectionsMax", 24L),
                Map.of("mail", 32L),
                Map.of("mail", 64L));
    }

    @Test
    void showsEachCounter() {
        new EndpointMetrics(() -> net(5), () -> CHANNELS, Optional::empty, List.of())
                .bindTo(registry);
        assertThat(registry.scrape().lines())
                .contains(
                        "myriad_topics_remembering 41.0",
                        "myriad_resumes_total{result=\"recovered\"} 43.0",
                        "myriad_resumes_total{result=\"too_much\"} 44.0",
                        "myriad_gaps_told_total 46.0",
                        "myriad_topics_refused_total{reason=\"too_large\"} 45.0",
                        "myriad_connections 1.0",
                        "myriad_accepted_total 2.0",
                        "myriad_upgraded_total 3.0",
                        "myriad_refused_total 4.0",
                        "myriad_held_bytes{kind=\"mail\"} 32.0",
                        "myriad_held_max_bytes{kind=\"mail\"} 64.0",
                        "myriad_mistakes_total{kind=\"unmatchedTopic\"} 29.0",
                        "myriad_messages_in_total 5.0",
                        "myriad_frames_out_total 6.0",
                        "myriad_bytes_in_total 7.0",
                        "myriad_bytes_out_total 8.0",
                        "myriad_congested_total 9.0",
                        "myriad_closed_slow_total 10.0",
                        "myriad_closed_total{code=\"1012\"} 26.0",
                        "myriad_dropped_total 11.0",
                        "myriad_channels 11.0",
                        "myriad_topics 12.0",
                        "myriad_joins_total 13.0",
                        "myriad_joins_refused_total 14.0",
                        "myriad_messages_handled_total 15.0",
                        "myriad_broadcasts_total 16.0",
                        "myriad_crashes_total 17.0",
                        "myriad_channels_dropped_total 18.0",
                        "myriad_long_poll_sessions 24.0",
                        "myriad_long_poll_opened_total 25.0",
                        "myriad_long_poll_refused_total 26.0",
                        "myriad_long_poll_polls_total 27.0",
                        "myriad_long_poll_binary_dropped_total 28.0",
                        "myriad_limit_exceeded_total{limit=\"connectionsMax\"} 124.0",
                        "myriad_limit_exceeded_total{limit=\"joinsPerSecondMax\"} 25.0");
    }

    @Test
    void readsTheCountersWhenItIsAsked() {
        AtomicLong messages = new AtomicLong(5);
        new EndpointMetrics(() -> net(messages.get()), () -> CHANNELS, Optional::empty, List.of())
                .bindTo(registry);
        assertThat(registry.scrape()).contains("myriad_messages_in_total 5.0");
        messages.set(50);
        assertThat(registry.scrape()).contains("myriad_messages_in_total 50.0");
    }

    @Test
    void mayBeBoundBeforeTheStart() {
        try (Endpoint endpoint = Endpoint.builder().build()) {
            new EndpointMetrics(endpoint).bindTo(registry);
            assertThat(registry.scrape())
                    .contains("myriad_connections 0.0", "myriad_closed_total{code=\"4000\"} 0.0");
        }
    }

    @Test
    void twoEndpointsShareARegistryByTheirTags() {
        for (String name : List.of("inner", "outer")) {
            new EndpointMetrics(
                            () -> net(5),
                            () -> CHANNELS,
                            Optional::empty,
                            Tags.of("endpoint", name))
                    .bindTo(registry);
        }
        assertThat(registry.scrape().lines())
                .contains(
                        "myriad_connections{endpoint=\"inner\"} 1.0",
                        "myriad_connections{endpoint=\"outer\"} 1.0");
    }
}
