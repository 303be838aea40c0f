package dev.myriad.server;

import dev.myriad.channels.Channel;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.net.Transport;
import dev.myriad.protocol.Payload;
import java.util.Map;

/** The topic {@code stats}: what it is says the join, how it is a {@link Tick} each second. */
final class StatsChannel extends Channel {
    static final String TOPIC = "stats";

    /** What does not change while the server runs. */
    record About(String transport, String reason, String java) {
        static About of(Transport transport) {
            return new About(transport.name(), transport.reason(), Runtime.version().toString());
        }
    }

    /**
     * The server at one moment.
     *
     * @param messages received and sent since the start
     */
    record Tick(
            long connections, long channels, long messages, long memoryBytes, long uptimeMillis) {
        static Tick of(Vitals vitals) {
            return new Tick(
                    vitals.net().open(),
                    vitals.channels().channels(),
                    vitals.net().messagesIn() + vitals.net().framesOut(),
                    vitals.residentBytes(),
                    vitals.uptimeMillis());
        }
    }

    @Override
    protected JoinResult join(String topic, Payload params) {
        return JoinResult.ok(About.of(endpoint().transport()));
    }

    @Override
    protected Result handleIn(String event, Payload payload) {
        return Result.error(Map.of("reason", "stats only tells"));
    }
}
