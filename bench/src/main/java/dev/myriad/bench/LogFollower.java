package dev.myriad.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Clients that keep their place in what is said in their topic, where each message has the next
 * number, and come back with it after they were cut off. Confined to its thread.
 */
final class LogFollower implements Follower {
    static final int NUMBER_DIGITS = 10;

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final byte[] NUMBER = "{\"n\":\"".getBytes(US_ASCII);
    private static final byte[] PLACE = "\"$pos\":[".getBytes(US_ASCII);
    private static final byte[] POSITION = "\"position\"".getBytes(US_ASCII);
    private static final long UNKNOWN = -1;

    /** Something was missed that cannot be had: the next message has any number. */
    private static final long ANY = -2;

    private final Topics topics;
    private final SharedFrames frames = new SharedFrames();
    private final String[] epochs;

    /** Of the last message that each client has, by its number and by its place. */
    private final long[] numbers;

    private final long[] offsets;

    /** Up to here the server has promised that nothing is missing. */
    private final long[] promised;

    private final Map<String, Long> reasons = new TreeMap<>();
    private Gone gone = (_, _) -> {};
    private long messages;
    private long missed;
    private long doubled;
    private long recovered;
    private long notRecovered;
    private long falselyRecovered;
    private long outOfPlace;

    /** Hears of clients that were cut off and may connect again. */
    interface Gone {
        void gone(ClientRing ring, int slot);
    }

    LogFollower(ClientThread thread, Topics topics) {
        this.topics = topics;
        int clients = thread.rings().stream().mapToInt(ClientRing::clients).sum();
        this.epochs = new String[topics.count()];
        Arrays.fill(epochs, "");
        this.numbers = new long[clients];
        this.offsets = new long[clients];
        this.promised = new long[clients];
        Arrays.fill(numbers, UNKNOWN);
    }

    void onGone(Gone heard) {
        gone = heard;
    }

    @Override
    public void gone(ClientRing ring, int slot) {
        gone.gone(ring, slot);
    }

    @Override
    public SharedFrames frames() {
        return frames;
    }

    @Override
    public byte[] join(ClientRing ring, int slot) {
        int client = ring.client(slot);
        String wish =
                numbers[client] == UNKNOWN
                        ? "true"
                        : "{\"epoch\":\"%s\",\"offset\":%d}"
                                .formatted(epochs[client % topics.count()], offsets[client]);
        return Stamp.masked(
                "[\"%d\",\"%d\",\"%s\",\"phx_join\",{\"resume\":%s}]"
                        .formatted(Messages.JOIN_REF, Messages.JOIN_REF, topics.of(client), wish));
    }

    @Override
    public void joined(ClientRing ring, int slot, byte[] bytes, int from, int to) {
        int client = ring.client(slot);
        JsonNode resume =
                JSON.readTree(bytes, from, to - from).path(4).path("response").path("resume");
        long offset = resume.path("offset").asLong();
        boolean first = numbers[client] == UNKNOWN;
        promised[client] = offset;
        if (!resume.path("recovered").asBoolean()) {
            notRecovered++;
            reasons.merge(resume.path("reason").asString(), 1L, Long::sum);
        } else if (!first) {
            recovered++;
            return;
        }
        epochs[client % topics.count()] = resume.path("epoch").asString();
        numbers[client] = first ? 0 : ANY; // whoever comes first does so before all messages
        offsets[client] = offset;
    }

    @Override
    public void heard(ClientRing ring, int slot, SharedFrame frame) {
        heard(ring, slot, frame.bytes, 0, frame.bytes.length);
    }

    @Override
    public void heard(ClientRing ring, int slot, byte[] bytes, int from, int to) {
        int numberAt = after(NUMBER, bytes, from, to);
        int placeAt = numberAt < 0 ? -1 : after(PLACE, bytes, numberAt, to);
        if (numberAt < 0 && after(POSITION, bytes, from, to) >= 0) {
            return; // where the topic is, for those who missed something
        }
        if (placeAt < 0) {
            outOfPlace++;
            return;
        }
        int client = ring.client(slot);
        long number = Answer.number(bytes, numberAt, numberAt + NUMBER_DIGITS);
        String[] place = new String(bytes, placeAt, to - placeAt, UTF_8).split("[,\\]]", 4);
        long offset = Long.parseLong(place[1]);
        messages++;
        if (Long.parseLong(place[2]) != offsets[client]) {
            outOfPlace++;
        }
        if (number <= numbers[client]) {
            doubled++;
            return;
        }
        long between = numbers[client] == ANY ? 0 : number - numbers[client] - 1;
        if (between > 0) {
            missed += between;
            if (offsets[client] < promised[client]) {
                falselyRecovered++;
            }
        }
        numbers[client] = number;
        offsets[client] = offset;
    }

    private static int after(byte[] what, byte[] bytes, int from, int to) {
        for (int i = from; i <= to - what.length; i++) {
            if (bytes[i] == what[0] && Answer.startsWith(bytes, i, to, what)) {
                return i + what.length;
            }
        }
        return -1;
    }

    /** Messages that clients do not have, where so many have been sent in each topic. */
    long behind(long[] sent) {
        long behind = 0;
        for (int client = 0; client < numbers.length; client++) {
            behind += Math.max(0, sent[client % sent.length] - numbers[client]);
        }
        return behind;
    }

    /** Why some could not resume, and how many. */
    Map<String, Long> reasons() {
        return Map.copyOf(reasons);
    }

    /** What has become of all. */
    record Outcome(
            long messages,
            long missed,
            long doubled,
            long recovered,
            long notRecovered,
            long falselyRecovered,
            long outOfPlace) {}

    Outcome outcome() {
        return new Outcome(
                messages, missed, doubled, recovered, notRecovered, falselyRecovered, outOfPlace);
    }
}
