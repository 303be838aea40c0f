package dev.myriad.server;

import dev.myriad.channels.Channel;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.process.ExitReason;
import dev.myriad.protocol.Payload;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A chat, {@code room:*}: who joins has a name, and all hear who comes, speaks and leaves. */
final class ChatRoom extends Channel {
    private static final int NAME_CHARS_MAX = 32;
    private static final int TEXT_CHARS_MAX = 2_000;

    private String name = "";

    record Guest(@Nullable String name) {}

    record Saying(@Nullable String text) {}

    /**
     * What all in the room hear.
     *
     * @param at when the server heard it, in milliseconds since 1970
     */
    record Message(String name, String text, long at) {}

    @Override
    protected JoinResult join(String topic, Payload params) {
        name = Objects.requireNonNullElse(params.as(Guest.class).name(), "").strip();
        if (name.isEmpty() || name.length() > NAME_CHARS_MAX) {
            return JoinResult.error(reason("a name has 1 to " + NAME_CHARS_MAX + " characters"));
        }
        return JoinResult.ok();
    }

    @Override
    protected Result handleIn(String event, Payload payload) {
        if (!event.equals("message")) {
            return Result.error(reason("a room knows the event message"));
        }
        String text = Objects.requireNonNullElse(payload.as(Saying.class).text(), "").strip();
        if (text.isEmpty() || text.length() > TEXT_CHARS_MAX) {
            return Result.error(reason("a message has 1 to " + TEXT_CHARS_MAX + " characters"));
        }
        broadcast("message", new Message(name, text, Instant.now().toEpochMilli()));
        return Result.ok();
    }

    @Override
    protected void joined() {
        broadcastFrom("joined", new Guest(name));
    }

    @Override
    protected void terminate(ExitReason reason) {
        broadcastFrom("left", new Guest(name));
    }

    private static Map<String, String> reason(String text) {
        return Map.of("reason", text);
    }
}
