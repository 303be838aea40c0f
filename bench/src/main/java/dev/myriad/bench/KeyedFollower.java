package dev.myriad.bench;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Clients that keep the values of a topic by what they are told, and ask for all when they see that
 * they have missed something. Confined to its thread.
 */
final class KeyedFollower implements Follower {
    private static final int GET_REF = FIRST_REF;
    private static final int SUM_REF = FIRST_REF + 1;
    private static final int FEED_REF = FIRST_REF + 2;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final String topic;
    private final SharedFrames frames = new SharedFrames();
    private final StateModel nothing = StateModel.empty();
    private final StateModel[] models;
    private final boolean[] asking;
    private int skip = -1;
    private long messages;
    private long bytes;
    private long changes;
    private StateChange newest = new StateChange(true, 0, 0, false, Map.of(), Set.of());
    private long gapsMade;
    private long gapsSeen;
    private Optional<Sum> sum = Optional.empty();

    /** What the server says that clients know. */
    record Sum(long version, String crc32c) {}

    KeyedFollower(ClientThread thread, String topic) {
        this.topic = topic;
        int clients = thread.rings().stream().mapToInt(ClientRing::clients).sum();
        this.models = new StateModel[clients];
        this.asking = new boolean[clients];
        Arrays.fill(models, nothing);
    }

    @Override
    public SharedFrames frames() {
        return frames;
    }

    @Override
    public byte[] join(ClientRing ring, int slot) {
        return push(Messages.JOIN_REF, "phx_join", "{}");
    }

    private byte[] push(int ref, String event, String payload) {
        return Stamp.masked(
                "[\"%d\",\"%d\",\"%s\",\"%s\",%s]"
                        .formatted(Messages.JOIN_REF, ref, topic, event, payload));
    }

    /** Has the server change values. */
    void feed(ClientRing ring, int keys, int perSecond, long millis) {
        String payload =
                "{\"keys\":%d,\"perSecond\":%d,\"millis\":%d}".formatted(keys, perSecond, millis);
        ring.send(0, push(FEED_REF, "feed", payload));
    }

    /** Asks the server for its checksum. */
    void askForSum(ClientRing ring) {
        sum = Optional.empty();
        ring.send(0, push(SUM_REF, "state_sum", "{}"));
    }

    /** What it answered. */
    Optional<Sum> sum() {
        return sum;
    }

    /** Lets a client lose the next change that it is told, as if it never came. */
    void lose(int client) {
        skip = client;
    }

    @Override
    public void heard(ClientRing ring, int slot, byte[] message, int from, int to) {
        heard(ring, slot, frames.of(message, from, to));
    }

    @Override
    public void heard(ClientRing ring, int slot, SharedFrame frame) {
        StateChange change = frame.meaning(StateChange.class, StateChange::read);
        int client = ring.client(slot);
        messages++;
        bytes += frame.bytes.length;
        if (change.version() > newest.version()) {
            newest = change;
            changes++;
        }
        if (client == skip && !change.snapshot()) {
            skip = -1;
            gapsMade++;
            return;
        }
        StateModel model = models[client];
        if (model.takes(change)) {
            boolean anew = change.snapshot() && !model.isPart();
            models[client] = (anew ? nothing : model).after(change);
            asking[client] &= !change.snapshot();
        } else if (!asking[client]) {
            gapsSeen++;
            asking[client] = true;
            ring.send(slot, push(GET_REF, "state_get", "{}"));
        }
    }

    @Override
    public void answered(ClientRing ring, int slot, int ref, byte[] message, int from, int to) {
        if (ref == SUM_REF) {
            JsonNode response = JSON.readTree(message, from, to - from).path(4).path("response");
            sum =
                    Optional.of(
                            new Sum(
                                    response.path("version").asLong(),
                                    response.path("crc32c").asString()));
        }
    }

    /** Clients that know something else than the server says they do. */
    long unlike(Sum server) {
        Map<StateModel, Boolean> alike = new HashMap<>();
        long unlike = 0;
        for (StateModel model : models) {
            boolean same =
                    alike.computeIfAbsent(
                            model,
                            each ->
                                    each.version() == server.version
                                            && each.crc32c().equals(server.crc32c));
            unlike += same ? 0 : 1;
        }
        return unlike;
    }

    /** Of these, those that do not know of it. */
    long unlikeUnseen(Sum server) {
        long unseen = 0;
        String crc32c = server.crc32c;
        for (int client = 0; client < models.length; client++) {
            if (!asking[client]
                    && models[client].version() == server.version
                    && !models[client].crc32c().equals(crc32c)) {
                unseen++;
            }
        }
        return unseen;
    }

    /** What was heard. */
    record Heard(long messages, long bytes, long changes, long gapsMade, long gapsSeen) {}

    Heard outcome() {
        return new Heard(messages, bytes, changes, gapsMade, gapsSeen);
    }
}
