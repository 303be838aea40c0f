package dev.myriad.channels;

import dev.myriad.protocol.Payload;
import java.util.Map;

/**
 * The channels of a {@link Rehearsal}. There are several that do the same, each with methods of its
 * own: from calls that always reach one class the JVM would conclude that there is no other, and
 * compile everything again when the first of the program's channels comes. Used by one process at a
 * time.
 */
final class RehearsalRoom {
    static final String ECHO = "echo";
    static final String COUNT = "count";
    static final String TELL = "tell";
    static final String SAY = "say";

    private RehearsalRoom() {}

    private static Result handle(Channel channel, String event, Payload payload, int count) {
        return switch (event) {
            case ECHO -> Result.ok(payload);
            case COUNT -> Result.ok(Map.of("count", count, "of", payload.as(Said.class).text()));
            case TELL -> {
                channel.push(TELL, payload);
                yield Result.noReply();
            }
            default -> {
                channel.broadcast(SAY, payload);
                yield Result.noReply();
            }
        };
    }

    private record Said(String text) {}

    static final class First extends Channel {
        private int count;

        @Override
        protected JoinResult join(String topic, Payload params) {
            return JoinResult.ok();
        }

        @Override
        protected Result handleIn(String event, Payload payload) {
            return handle(this, event, payload, count++);
        }
    }

    static final class Second extends Channel {
        private int count;

        @Override
        protected JoinResult join(String topic, Payload params) {
            return JoinResult.ok(Map.of("topic", topic));
        }

        @Override
        protected void joined() {
            push(TELL, Payload.EMPTY);
        }

        @Override
        protected Result handleIn(String event, Payload payload) {
            return handle(this, event, payload, count--);
        }

        @Override
        protected void terminate(dev.myriad.process.ExitReason reason) {
            count = 0;
        }
    }

    static final class Third extends Channel {
        private long count;

        @Override
        protected JoinResult join(String topic, Payload params) {
            return JoinResult.ok(params);
        }

        @Override
        protected Result handleIn(String event, Payload payload) {
            count += 2;
            return handle(this, event, payload, (int) count);
        }

        @Override
        protected void terminate(dev.myriad.process.ExitReason reason) {
            count = -1;
        }
    }
}
