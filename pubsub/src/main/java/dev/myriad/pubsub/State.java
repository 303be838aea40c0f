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
 * <p>In a cluster all nodes have the same values. A change waits until the cluster's log has it;
 * what is read is what this node has heard by then, its own changes included.
 *
 * <p>Methods throw {@link TopicException} {@code KEY_TOO_LONG}, {@code TOO_LARGE}, {@code
 * TOO_MANY_KEYS} or {@code OVERLOADED}; then nothing is changed. In a cluster they throw {@code
 * UNAVAILABLE} too: the log is away, and if it has just gone the change may have been made; {@link
 * #once} tells.
 */
public final class State {
    private final PubSub pubSub;
    private final String topic;
    private final JsonCodec codec;
    private final Optional<String> id;

    State(PubSub pubSub, String topic, JsonCodec codec) {
        this(pubSub, topic, codec, Optional.empty());
    }

    private State(PubSub pubSub, String topic, JsonCodec codec, Optional<String> id) {
        this.pubSub = pubSub;
        this.topic = topic;
        this.codec = codec;
        this.id = id;
    }

    private byte[] json(Object value) {
        return value instanceof Payload payload ? KeyedState.json(payload) : codec.write(value);
    }

    /**
     * The same, but a change that is made by it is made once: if one with this id was made already,
     * on whatever node, nothing is changed, and the caller gets what came of it then. So a change
     * of which nobody heard what came of it can be wanted again. A topic remembers the last
     * thousand ids.
     *
     * @param id made up by whoever wants the change; of another change there must not be the same
     */
    public State once(String id) {
        return new State(pubSub, topic, codec, Optional.of(id));
    }

    /**
     * Gives a key a value.
     *
     * @param value what the endpoint's codec writes as any JSON, or a {@link Payload}; binary ones
     *     clients see as {@code {"$binary": base64}}
     * @return the version
     */
    public long put(String key, Object value) {
        return perform(new StateCommand.Put(key, json(value))).version();
    }

    /**
     * Gives keys values, all at once: clients never see a part of it.
     *
     * @return the version of the last
     */
    public long putAll(Map<String, ?> values) {
        Map<String, byte[]> json = HashMap.newHashMap(values.size());
        values.forEach((key, value) -> json.put(key, json(value)));
        return perform(new StateCommand.PutAll(json)).version();
    }

    /** Takes a key out; whether it was there. */
    public boolean remove(String key) {
        return perform(new StateCommand.Remove(key)).done();
    }

    /**
     * Gives a key a value, if nobody has changed it since.
     *
     * @param seen the version of the state that the caller has seen, 0 for none
     * @return the new version, nothing if somebody has changed or removed it since
     */
    public Optional<Long> compareAndSet(String key, long seen, Object value) {
        StateCommand.Outcome outcome =
                perform(new StateCommand.CompareAndSet(key, seen, json(value)));
        return outcome.done() ? Optional.of(outcome.version()) : Optional.empty();
    }

    private StateCommand.Outcome perform(StateCommand command) {
        return pubSub.perform(
                topic, id.isPresent() ? new StateCommand.Once(id.get(), command) : command);
    }

    /** The value of a key. */
    public Optional<Payload> get(String key) {
        Optional<byte[]> found = pubSub.values(topic, values -> values.get(key));
        return found.map(value -> Payload.json(value, codec));
    }

    /** All keys and values, as of one moment. */
    public Map<String, Payload> all() {
        Map<String, byte[]> found = pubSub.values(topic, KeyedState::all);
        Map<String, Payload> all = HashMap.newHashMap(found.size());
        found.forEach((key, value) -> all.put(key, Payload.json(value, codec)));
        return all;
    }

    /** How many keys there are. */
    public int size() {
        return pubSub.values(topic, KeyedState::size);
    }

    /** Of the last change. */
    public long version() {
        return pubSub.values(topic, KeyedState::version);
    }

    /** What clients know: its version, and a checksum over it. */
    public Sum sum() {
        return pubSub.values(topic, values -> new Sum(values.toldVersion(), values.sum()));
    }

    /**
     * A checksum over what clients know: CRC-32C over each key in UTF-8, a zero byte, the value's
     * bytes and a line feed, in the order of the keys' UTF-16 code units.
     *
     * @param version of which it is
     * @param crc32c eight hexadecimal digits
     */
    public record Sum(long version, String crc32c) {}
}
