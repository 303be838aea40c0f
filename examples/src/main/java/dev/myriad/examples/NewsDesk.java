package dev.myriad.examples;

import dev.myriad.channels.Channel;
import dev.myriad.channels.Endpoint;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.HistoryRule;
import dev.myriad.pubsub.Kept;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** News that nobody misses who was away for a while. */
public final class NewsDesk {
    private final Endpoint endpoint = endpoint().port(0).build();

    /** One reader. */
    static final class Reader extends Channel {
        @Override
        protected JoinResult join(String topic, Payload params) {
            return JoinResult.ok();
        }

        @Override
        protected Result handleIn(String event, Payload payload) {
            return Result.error(Map.of("reason", "readers only read"));
        }
    }

    static Endpoint.Builder endpoint() {
        return Endpoint.builder()
                .topics(
                        "news:*",
                        rule ->
                                rule.history(
                                        HistoryRule.last(1_000)
                                                .age(Duration.ofHours(2))
                                                .bytes(4 << 20)))
                .socket("/socket", socket -> socket.channel("news:*", Reader::new));
    }

    void publish(String text) {
        endpoint.broadcast("news:sport", "headline", Map.of("text", text));
    }

    List<String> headlines() {
        List<Kept> newest = endpoint.history("news:sport", 10);
        return newest.stream().map(kept -> kept.event() + " at " + kept.atMillis()).toList();
    }
}
