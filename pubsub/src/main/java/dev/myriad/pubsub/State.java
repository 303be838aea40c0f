package dev.myriad.pubsub;

import dev.myriad.protocol.JsonCodec;
import dev.myriad.protocol.Payload;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The values of one topic by key, for the program to read and write. Each change has a version,
 * which grows by one: all changes of a topic are in one order. Clients hear of them within the time
 * of {@link StateRule#every}, of several changes of a key only the last. Thread-safe.
 *
 * <p>Methods throw {@link TopicException} {@code KEY_TOO_LONG}, {@code TOO_LARGE}, {@code
 * TOO_MANY_KEYS} or {@code OVERLOADED}; then nothing is changed.
 */
public final class State {
    private final PubSub pubSub;
    private final String topic;
    private final JsonCodec codec;

    State(PubSub pubSub, String topic, JsonCodec codec) {
        this.pubSub = pubSub;
        this.topic = topic;
        this.codec = codec;
    }

    private byte[] json(Object value) {
        return value instanceof Payload payload ? KeyedState.json(payload) : codec.write(value);
    }

    /**
     * Gives a key a value.
     *
     * @param value what the endpoint's codec writes as any JSON, or a {@link Payload}; binary ones
     *     clients see as {@code {"$binary": base64}}
     * @return the version
     */
    public long put(String key, Object value) {
        byte[] json = json(value);
        return change(state -> state.put(key, json));
    }

    /**
     * Gives keys values, all at once: clients never see a part of it.
     *
     * @return the version of the last
     */
    public long putAll(Map<String, ?> values) {
        Map<String, byte[]> json = HashMap.newHashMap(values.size());
        values.forEach((key, value) -> json.put(key, json(value)));
        return change(state -> state.putAll(json));
    }

    /** Takes a key out; whether it was there. */
    public boolean remove(String key) {
        return pubSub.remember(
                topic,
                memory -> {
                    boolean was = memory.state().remove(key);
                    memory.stateChanged();
                    return was;
                });
    }

    /**
     * Gives a key a value, if nobody has changed it since.
     *
     * @param seen the version of the state that the caller has seen, 0 for none
     * @return the new version, nothing if somebody has changed or removed it since
     */
    public Optional<Long> compareAndSet(String key, long seen, Object value) {
        byte[] json = json(value);
        return change(
                state ->
                        state.isAsOf(key, seen)
                                ? Optional.of(state.put(key, json))
                                : Optional.empty());
    }

    /** The value of a key. */
    public Optional<Payload> get(String key) {
        Optional<byte[]> found = pubSub.remember(topic, memory -> memory.state().get(key));
        return found.map(value -> Payload.json(value, codec));
    }

    /** All keys and values, as of one moment. */
    public Map<String, Payload> all() {
        Map<String, byte[]> found = pubSub.remember(topic, memory -> memory.state().all());
        Map<String, Payload> all = HashMap.newHashMap(found.size());
        found.forEach((key, value) -> all.put(key, Payload.json(value, codec)));
        return all;
    }

    /** How many keys there are. */
    public int size() {
        return pubSub.remember(topic, memory -> memory.state().size());
    }

    /** Of the last change. */
    public long version() {
        return pubSub.remember(topic, memory -> memory.state().version());
    }

    /** What clients know: its version, and a checksum over it. */
    public Sum sum() {
        return pubSub.remember(
                topic, memory -> new Sum(memory.state().toldVersion(), memory.state().sum()));
    }

    /**
     * A checksum over what clients know: CRC-32C over each key in UTF-8, a zero byte, the value's
     * bytes and a line feed, in the order of the keys' UTF-16 code units.
     *
     * @param version of which it is
     * @param crc32c eight hexadecimal digits
     */
    public record Sum(long version, String crc32c) {}

    private interface Change<T> {
        T on(KeyedState state);
    }

    private <T> T change(Change<T> change) {
        return pubSub.remember(
                topic,
                memory -> {
                    memory.checkRoom();
                    try {
                        return change.on(memory.state());
                    } finally {
                        memory.stateChanged();
                    }
                });
    }
}
