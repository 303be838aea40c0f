package dev.myriad.channels;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.myriad.process.ExitReason;
import dev.myriad.protocol.Payload;
import java.util.Map;

/**
 * The channels of a {@link Rehearsal}, three that do the same. From calls that only ever reach one
 * class the JVM would conclude that there is no other, and throw away what it has compiled when the
 * first of the program's own channels comes. Stateless.
 */
final class RehearsalRoom {
    static final String ECHO = "echo";
    static final String READ = "read";
    static final String PUSH = "push";
    static final String SHOUT = "shout";

    private RehearsalRoom() {}

    private record Said(String text) {}

    /** What reading a payload and writing another needs, once. */
    static void readAndWrite() {
        Payload said = Payload.json(RehearsalScript.PAYLOAD.getBytes(UTF_8), JacksonCodec.SHARED);
        Payload _ = Payload.of(answer(said, 0), JacksonCodec.SHARED);
    }

    private static Map<String, Object> answer(Payload said, Object before) {
        return Map.of("said", said.as(Said.class).text(), "before", before);
    }

    private static Result handle(Channel channel, String event, Payload payload, Object before) {
        return switch (event) {
            case ECHO -> Result.ok(payload);
            case READ -> Result.ok(answer(payload, before));
            case PUSH -> {
                channel.push(event, payload);
                yield Result.noReply();
            }
            default -> {
                channel.broadcast(event, payload);
                yield Result.noReply();
            }
        };
    }

    /** Called by one process at a time, as each channel is. */
    static final class First extends Channel {
        @Override
        protected JoinResult join(String topic, Payload params) {
            return JoinResult.ok();
        }

        @Override
        protected Result handleIn(String event, Payload payload) {
            return handle(this, event, payload, "");
        }
    }

    static final class Second extends Channel {
        private int messages;

        @Override
        protected JoinResult join(String topic, Payload params) {
            return JoinResult.ok(params);
        }

        @Override
        protected void joined() {
            messages = 0;
        }

        @Override
        protected Result handleIn(String event, Payload payload) {
            return handle(this, event, payload, messages++);
        }

        @Override
        protected void terminate(ExitReason reason) {
            messages = 0;
        }
    }

    static final class Third extends Channel {
        private String last = "";

        @Override
        protected JoinResult join(String topic, Payload params) {
            last = topic;
            return JoinResult.ok(Map.of("topic", topic));
        }

        @Override
        protected void joined() {
            last = topic();
        }

        @Override
        protected Result handleIn(String event, Payload payload) {
            String before = last;
            last = event;
            return handle(this, event, payload, before);
        }

        @Override
        protected void terminate(ExitReason reason) {
            last = "";
        }
    }
}
