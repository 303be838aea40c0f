package dev.myriad.fuzz;

import static dev.myriad.fuzz.Surrounded.demand;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.myriad.protocol.Envelope;
import dev.myriad.protocol.Payload;
import dev.myriad.protocol.Ref;
import dev.myriad.protocol.Serializer;
import dev.myriad.protocol.Utf8;
import dev.myriad.testkit.Mutator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Text messages of both versions: what Jackson reads in them is what was read. */
final class TextTarget extends MessageTarget {
    private static final String[] KEYS = {"topic", "event", "payload", "ref"};
    private static final Pattern CHEAP_SPACES = Pattern.compile("[\\u0000-\\u0020]+");

    private final Serializer serializer;
    private final ByteText text = new ByteText();

    TextTarget(Serializer serializer) {
        this.serializer = serializer;
    }

    @Override
    public byte[] make(Randomness random) {
        text.clear();
        if (serializer == Serializer.V2) {
            makeArray(random);
        } else {
            makeObject(random);
        }
        return Mutator.sometimes(text.toBytes(), random);
    }

    private void makeArray(Randomness random) {
        MadeJson.space(text, random);
        text.add('[');
        ref(random);
        text.add(',');
        ref(random);
        text.add(',');
        MadeJson.putString(text, random);
        text.add(',');
        MadeJson.space(text, random);
        MadeJson.putString(text, random);
        text.add(',');
        payload(random);
        while (random.oneIn(10)) {
            text.add(',');
            MadeJson.put(text, random, 2);
        }
        text.add(']');
        MadeJson.space(text, random);
    }

    private void makeObject(Randomness random) {
        text.add('{');
        int first = random.nextInt(4);
        for (int i = 0; i < 4; i++) {
            String key = KEYS[(first + i) % 4];
            if (i > 0) {
                text.add(',');
            }
            MadeJson.space(text, random);
            text.add('"').add(random.oneIn(20) ? escaped(key) : key).add("\":");
            switch (key) {
                case "ref" -> ref(random);
                case "payload" -> payload(random);
                default -> MadeJson.putString(text, random);
            }
            if (random.oneIn(5)) {
                text.add(",\"join_ref\":");
                ref(random);
            } else if (random.oneIn(10)) {
                text.add(",\"").add(random.any(KEYS)).add("x\":");
                MadeJson.put(text, random, 2);
            } else if (random.oneIn(20)) {
                text.add(",\"").add(random.any(KEYS)).add("\":");
                MadeJson.putString(text, random);
            }
        }
        text.add('}');
    }

    private static String escaped(String key) {
        return "\\u%04x".formatted((int) key.charAt(0)) + key.substring(1);
    }

    private void ref(Randomness random) {
        MadeJson.space(text, random);
        switch (random.nextInt(random.oneIn(20) ? 6 : 4)) {
            case 0 -> text.add("null");
            case 1, 2 -> text.add('"').add(Integer.toString(random.nextInt(1_100))).add('"');
            case 3 -> text.add(Integer.toString(random.nextInt(1_100)));
            case 4 -> MadeJson.putString(text, random);
            default -> text.add('"').add("r".repeat(250 + random.nextInt(8))).add('"');
        }
        MadeJson.space(text, random);
    }

    private void payload(Randomness random) {
        if (random.oneIn(200)) {
            MadeJson.putDeep(text, random);
        } else if (random.oneIn(8)) {
            text.add("{}");
        } else {
            MadeJson.put(text, random, 3);
        }
    }

    @Override
    void decode(byte[] bytes, int from, int to, Envelope into) {
        serializer.decodeText(bytes, from, to, into);
    }

    @Override
    void accepted(byte[] input, Envelope envelope) {
        demand(!envelope.binary(), "binary");
        if (!Utf8.valid(input, 0, input.length)) {
            return; // only has to be harmless: such bytes never get that far
        }
        if (envelope.isNestedTooDeeply()) {
            demand(Jackson.accepts(new String(input, UTF_8)), "Jackson refuses it");
            return; // to compare it Jackson would recurse as deep
        }
        JsonNode message = Jackson.read(new String(input, UTF_8));
        demand(message != null, "Jackson cannot read it");
        if (message != null) {
            demand(isRef(field(message, 0, "join_ref"), envelope.joinRef()), "join_ref");
            demand(isRef(field(message, 1, "ref"), envelope.ref()), "ref");
            demand(isText(field(message, 2, "topic"), envelope.topic()), "topic");
            demand(isText(field(message, 3, "event"), envelope.event()), "event");
            JsonNode expected = field(message, 4, "payload");
            Payload payload = envelope.payload(Codec.NONE);
            JsonNode read = Jackson.read(new String(payload.bytes(), UTF_8));
            demand(expected != null && expected.equals(read), "payload");
        }
        long fields = fields(envelope);
        demand(fields(again()) == fields, "written again it is another");
    }

    @Override
    void refused(byte[] input) {
        if (!Utf8.valid(input, 0, input.length)) {
            return;
        }
        String text = new String(input, UTF_8);
        JsonNode message = JsonTarget.mayRefuse(text) ? null : Jackson.read(text);
        if (message == null || hasLongRef(message)) {
            return;
        }
        boolean shaped =
                serializer == Serializer.V2
                        ? message.isArray() && message.size() >= 5
                        : message.isObject()
                                && message.has("payload")
                                && message.has("ref")
                                && hasRightTwins(text);
        demand(
                !shaped
                        || !mayBeRef(field(message, 0, "join_ref"))
                        || !mayBeRef(field(message, 1, "ref"))
                        || !isString(field(message, 2, "topic"))
                        || !isString(field(message, 3, "event")),
                "it is a message");
    }

    /** Of equal keys Jackson tells the last one only; ours demands that each is right. */
    private static boolean hasRightTwins(String text) {
        String dense = CHEAP_SPACES.matcher(text).replaceAll("");
        for (String key : KEYS) {
            int first = dense.indexOf("\"" + key + "\"");
            if (first >= 0 && dense.indexOf("\"" + key + "\"", first + 1) >= 0) {
                return false;
            }
        }
        int joinRef = dense.indexOf("\"join_ref\"");
        return !text.contains("\\u")
                && (joinRef < 0 || dense.indexOf("\"join_ref\"", joinRef + 1) < 0);
    }

    private boolean hasLongRef(JsonNode message) {
        JsonNode joinRef = field(message, 0, "join_ref");
        JsonNode ref = field(message, 1, "ref");
        return (joinRef != null && joinRef.toString().length() > 40)
                || (ref != null && ref.toString().length() > 40);
    }

    private @Nullable JsonNode field(JsonNode message, int index, String key) {
        return serializer == Serializer.V2 ? message.get(index) : message.get(key);
    }

    private static boolean mayBeRef(@Nullable JsonNode node) {
        return node == null || node.isNull() || node.isString() || node.isNumber();
    }

    private static boolean isRef(@Nullable JsonNode node, byte @Nullable [] token) {
        if (token == null) {
            return node == null || node.isNull();
        }
        JsonNode read = Jackson.read(new String(token, UTF_8));
        return node != null && node.equals(read) && token.length <= Ref.BYTES_MAX;
    }

    private static boolean isText(@Nullable JsonNode node, String text) {
        return isString(node) && node != null && node.stringValue().equals(text);
    }

    private static boolean isString(@Nullable JsonNode node) {
        return node != null && node.isString();
    }
}
