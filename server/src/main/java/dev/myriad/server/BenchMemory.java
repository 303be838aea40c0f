package dev.myriad.server;

import dev.myriad.channels.Channel;
import dev.myriad.channels.Endpoint;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.channels.SocketRoutes;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.HistoryRule;
import dev.myriad.pubsub.PresenceRule;
import dev.myriad.pubsub.StateRule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What load generators ask of topics that remember: {@code presence:*}, where one who joins with a
 * key is present, {@code log:*}, which keeps what is said, {@code keyed:*}, which can be fed, and
 * {@code shared:*}, which has the same values on all nodes.
 */
final class BenchMemory extends Channel {
    private static final int MESSAGES = 20_000;
    private static final long MESSAGE_BYTES = 16 << 20;

    private Optional<String> key = Optional.empty();

    record Joiner(@Nullable String key) {}

    static void rules(Endpoint.Builder builder) {
        builder.topics("presence:*", rule -> rule.presence(PresenceRule.full()))
                .topics(
                        "log:*",
                        rule -> rule.history(HistoryRule.last(MESSAGES).bytes(MESSAGE_BYTES)))
                .topics("keyed:*", rule -> rule.state(StateRule.keyed()).ofEachNode())
                .topics("shared:*", rule -> rule.state(StateRule.keyed()));
    }

    static void routes(SocketRoutes socket) {
        for (String pattern : List.of("presence:*", "log:*", "keyed:*", "shared:*")) {
            socket.channel(pattern, BenchMemory::new);
        }
    }

    @Override
    protected JoinResult join(String topic, Payload params) {
        key = Optional.ofNullable(params.as(Joiner.class).key());
        return JoinResult.ok();
    }

    @Override
    protected void joined() {
        key.ifPresent(wanted -> track(wanted, Map.of()));
        key = Optional.empty();
    }

    @Override
    protected Result handleIn(String event, Payload payload) {
        return switch (event) {
            case "say" -> {
                broadcast("said", payload);
                yield Result.noReply();
            }
            case "list" -> Result.ok(list());
            case "feed" -> {
                payload.as(BenchFeed.class).start(state());
                yield Result.ok();
            }
            default -> Result.error(Map.of("reason", "memory knows say, list, feed"));
        };
    }

    /** The refs of each key. */
    private Map<String, List<Object>> list() {
        Map<String, List<Object>> refs = new HashMap<>();
        presences()
                .forEach(
                        (present, metas) ->
                                refs.put(present, metas.stream().map(BenchMemory::ref).toList()));
        return refs;
    }

    private static Object ref(Payload meta) {
        return Objects.requireNonNull(meta.as(Map.class).get("phx_ref"));
    }
}
