package dev.myriad.bench;

import java.util.Arrays;
import java.util.Optional;

/**
 * Clients that know who is present: each keeps how many refs there are and a sum over hashes of
 * them, which is the same for equal lists, whatever their order. Confined to its thread.
 */
final class PresenceFollower implements Follower {
    private static final int LEAVE_REF = FIRST_REF;
    private static final int JOIN_REF = FIRST_REF + 1;
    private static final int LIST_REF = FIRST_REF + 2;
    private static final int NOTHING_YET = -1;

    private final String topic;
    private final boolean tracking;
    private final SharedFrames frames = new SharedFrames();
    private final long[] sums;
    private final int[] counts;
    private Optional<Refs> listed = Optional.empty();
    private long messages;
    private long bytes;

    /**
     * @param tracking whether who joins is present
     */
    PresenceFollower(ClientThread thread, String topic, boolean tracking) {
        this.topic = topic;
        this.tracking = tracking;
        int clients = thread.rings().stream().mapToInt(ClientRing::clients).sum();
        this.sums = new long[clients];
        this.counts = new int[clients];
        Arrays.fill(counts, NOTHING_YET);
    }

    @Override
    public SharedFrames frames() {
        return frames;
    }

    @Override
    public byte[] join(ClientRing ring, int slot) {
        return join(ring.client(slot), Messages.JOIN_REF);
    }

    private byte[] join(int client, int ref) {
        String key = "{\"key\":\"" + Integer.toString(client, Character.MAX_RADIX) + "\"}";
        return push(ref, "phx_join", tracking ? key : "{}");
    }

    private byte[] push(int ref, String event, String payload) {
        return Stamp.masked(
                "[\"%d\",\"%d\",\"%s\",\"%s\",%s]"
                        .formatted(Messages.JOIN_REF, ref, topic, event, payload));
    }

    /** Leaves and joins again; false if the client does not know yet what it missed last time. */
    boolean comeAndGo(ClientRing ring, int slot) {
        int client = ring.client(slot);
        if (counts[client] == NOTHING_YET) {
            return false;
        }
        counts[client] = NOTHING_YET;
        ring.send(slot, push(LEAVE_REF, "phx_leave", "{}"));
        ring.send(slot, join(client, JOIN_REF));
        return true;
    }

    @Override
    public void heard(ClientRing ring, int slot, byte[] message, int from, int to) {
        heard(ring, slot, frames.of(message, from, to));
    }

    @Override
    public void heard(ClientRing ring, int slot, SharedFrame frame) {
        Refs refs = frame.meaning(Refs.class, Refs::read);
        int client = ring.client(slot);
        messages++;
        bytes += frame.bytes.length;
        if (refs.whole()) {
            sums[client] = refs.sum();
            counts[client] = refs.count();
        } else if (counts[client] != NOTHING_YET) {
            sums[client] += refs.sum();
            counts[client] += refs.count();
        }
    }

    @Override
    public void answered(ClientRing ring, int slot, int ref, byte[] message, int from, int to) {
        if (ref == LIST_REF) {
            listed = Optional.of(Refs.ofList(message, from, to));
        }
    }

    /** Asks the server for its list. */
    void askForList(ClientRing ring, int slot) {
        listed = Optional.empty();
        ring.send(slot, push(LIST_REF, "list", "{}"));
    }

    /** What it answered. */
    Optional<Refs> listed() {
        return listed;
    }

    /** Clients whose list is another than that of so many refs with such a sum. */
    int unlike(int count, long sum) {
        int unlike = 0;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] != count || sums[i] != sum) {
                unlike++;
            }
        }
        return unlike;
    }

    /** The same, compared with the first client. */
    int unlike(int count) {
        return unlike(count, sums[0]);
    }

    long messages() {
        return messages;
    }

    long bytes() {
        return bytes;
    }
}
