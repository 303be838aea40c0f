package dev.myriad.server.demo;

import dev.myriad.channels.Channel;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.process.ExitReason;
import dev.myriad.protocol.Payload;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A chat, {@code room:*}: who joins has a name, and all hear who comes, speaks, types and leaves.
 * The topic's rules remember what was said and who is here.
 */
final class ChatRoom extends Channel {
    private static final int NAME_CHARS_MAX = 32;
    private static final int TEXT_CHARS_MAX = 2_000;

    private static final int KILLED = 137;

    private final List<String> nodes;
    private String name = "";
    private boolean typing;

    /**
     * @param nodes the addresses of a cluster's nodes, which the client may show, and kill
     */
    ChatRoom(List<String> nodes) {
        this.nodes = nodes;
    }

    /** Where a client is: on which node, and where the others are. */
    record Place(String node, List<String> nodes) {}

    record Guest(@Nullable String name) {}

    record Saying(@Nullable String text) {}

    record Typing(boolean typing) {}

    /**
     * What all in the room hear.
     *
     * @param at when the server heard it, in milliseconds since 1970
     */
    record Message(String name, String text, long at) {}

    static Message message(String name, String text) {
        return new Message(name, text, Instant.now().toEpochMilli());
    }

    @Override
    protected JoinResult join(String topic, Payload params) {
        name = Objects.requireNonNullElse(params.as(Guest.class).name(), "").strip();
        if (name.isEmpty() || name.length() > NAME_CHARS_MAX) {
            return JoinResult.error(reason("a name has 1 to " + NAME_CHARS_MAX + " characters"));
        }
        return endpoint()
                .cluster()
                .filter(_ -> !nodes.isEmpty())
                .map(stats -> JoinResult.ok(new Place(stats.node(), nodes)))
                .orElse(JoinResult.ok());
    }

    @Override
    protected void joined() {
        broadcastFrom("joined", new Guest(name));
        track(name, new Typing(false));
    }

    @Override
    protected Result handleIn(String event, Payload payload) {
        return switch (event) {
            case "message" -> say(payload.as(Saying.class));
            case "typing" -> type(payload.as(Typing.class).typing());
            case "talk" ->
                    Parrot.talk(endpoint(), topic())
                            ? Result.ok()
                            : Result.error(reason("the parrot is talking already"));
            case "kill" -> {
                if (!nodes.isEmpty()) { // as a machine that fails: nothing is put in order
                    Runtime.getRuntime().halt(KILLED);
                }
                yield Result.error(reason("there is no cluster to show"));
            }
            default -> Result.error(reason("a room knows the events message, typing and talk"));
        };
    }

    private Result say(Saying saying) {
        String text = Objects.requireNonNullElse(saying.text(), "").strip();
        if (text.isEmpty() || text.length() > TEXT_CHARS_MAX) {
            return Result.error(reason("a message has 1 to " + TEXT_CHARS_MAX + " characters"));
        }
        broadcast("message", message(name, text));
        return Result.ok();
    }

    private Result type(boolean now) {
        if (now != typing) {
            typing = now;
            update(name, new Typing(now));
        }
        return Result.ok();
    }

    @Override
    protected void terminate(ExitReason reason) {
        broadcastFrom("left", new Guest(name));
    }

    private static Map<String, String> reason(String text) {
        return Map.of("reason", text);
    }
}
