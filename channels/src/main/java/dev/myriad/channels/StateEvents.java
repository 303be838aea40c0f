package dev.myriad.channels;

import dev.myriad.protocol.Payload;
import dev.myriad.protocol.PayloadException;
import dev.myriad.pubsub.PubSub;
import dev.myriad.pubsub.State;
import dev.myriad.pubsub.StateRule;
import dev.myriad.pubsub.TopicException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What clients ask of a topic's keyed state: {@code state_get}, {@code state_sum}, and, where the
 * rule lets them write, {@code state_put}, {@code state_remove} and {@code state_cas}. Confined to
 * the channel's process.
 */
final class StateEvents {
    private static final String PREFIX = "state_";

    private final SocketHandler socket;
    private final PubSub pubSub;
    private final String topic;
    private final StateRule rule;

    private StateEvents(SocketHandler socket, String topic, StateRule rule) {
        this.socket = socket;
        this.pubSub = socket.mount.pubSub();
        this.topic = topic;
        this.rule = rule;
    }

    /** Nothing if the topic has no keyed state. */
    static Optional<StateEvents> of(SocketHandler socket, String topic) {
        return socket.mount
                .pubSub()
                .stateRule(topic)
                .map(rule -> new StateEvents(socket, topic, rule));
    }

    /** The answer, nothing if the event is none of these. */
    Optional<Result.Reply> answer(String event, Payload payload) throws InterruptedException {
        if (!event.startsWith(PREFIX)) {
            return Optional.empty();
        }
        try {
            return switch (event) {
                case "state_get" -> Optional.of(get());
                case "state_sum" -> Optional.of(sum());
                case "state_put", "state_remove", "state_cas" ->
                        rule.clientsWrite()
                                ? Optional.of(write(event, wish(payload)))
                                : Optional.empty();
                default -> Optional.empty();
            };
        } catch (TopicException e) {
            return Optional.of(error(e.code().reason()));
        } catch (PayloadException e) {
            return Optional.of(error("malformed"));
        }
    }

    private Result.Reply get() throws InterruptedException {
        long version = pubSub.sendState(topic, socket.connection(), socket.serializer);
        return ok(Map.of("version", version));
    }

    private Result.Reply sum() {
        State.Sum sum = pubSub.state(topic).sum();
        return ok(Map.of("version", sum.version(), "crc32c", sum.crc32c()));
    }

    private Result.Reply write(String event, Wish wish) {
        State any = pubSub.state(topic);
        State state = wish.id().map(any::once).orElse(any);
        return switch (event) {
            case "state_put" -> ok(Map.of("version", state.put(wish.key, wish.value())));
            case "state_remove" -> ok(Map.of("removed", state.remove(wish.key)));
            default ->
                    state.compareAndSet(wish.key, wish.version(), wish.value())
                            .map(version -> ok(Map.of("version", version)))
                            .orElseGet(() -> error("conflict"));
        };
    }

    private record Wish(String key, Map<?, ?> members) {
        Payload value() {
            if (!members.containsKey("value")) {
                throw malformed();
            }
            @Nullable Object value = members.get("value");
            return Payload.json(
                    value == null
                            ? new byte[] {'n', 'u', 'l', 'l'}
                            : JacksonCodec.SHARED.write(value));
        }

        /** Of a change that is to be made once. */
        Optional<String> id() {
            @Nullable Object id = members.get("id");
            if (id != null && !(id instanceof String)) {
                throw malformed();
            }
            return Optional.ofNullable((String) id);
        }

        long version() {
            if (members.get("version") instanceof Number number && number.longValue() >= 0) {
                return number.longValue();
            }
            throw malformed();
        }
    }

    private static Wish wish(Payload payload) {
        if (payload.isObject()
                && JacksonCodec.SHARED.read(payload.bytes(), Map.class) instanceof Map<?, ?> map
                && map.get("key") instanceof String key) {
            return new Wish(key, map);
        }
        throw malformed();
    }

    private static PayloadException malformed() {
        return new PayloadException(
                PayloadException.Code.DOES_NOT_FIT, "not the payload of an event of state");
    }

    private static Result.Reply ok(Map<String, ?> response) {
        return new Result.Reply(Words.STATUS_OK, response);
    }

    private static Result.Reply error(String reason) {
        return new Result.Reply(Words.STATUS_ERROR, Map.of("reason", reason));
    }
}
