package dev.myriad.bench;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a message says of who is present. Immutable.
 *
 * @param whole a list, else what changes of it
 * @param count of refs; of changes those that join less those that leave
 * @param sum over a hash of each key with its ref, likewise
 */
record Refs(boolean whole, int count, long sum) {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String LEAVES = "leaves";

    /** Reads {@code presence_state} or {@code presence_diff}; anything else changes nothing. */
    static Refs read(byte[] message) {
        try (JsonParser json = JSON.createParser(message)) {
            for (int i = 0; i < 4; i++) { // [null, null, topic
                var _ = json.nextToken();
            }
            var _ = json.nextToken();
            return switch (json.getString()) {
                case "presence_state" -> read(json, true);
                case "presence_diff" -> read(json, false);
                default -> new Refs(false, 0, 0);
            };
        }
    }

    /** {@code {key: {metas: [{phx_ref: …}]}}}, in a diff within joins and leaves. */
    private static Refs read(JsonParser json, boolean whole) {
        int keyDepth = whole ? 1 : 2;
        int depth = 0;
        int count = 0;
        long sum = 0;
        String key = "";
        boolean leaves = false;
        for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
            switch (token) {
                case START_OBJECT -> depth++;
                case END_OBJECT -> depth--;
                case PROPERTY_NAME -> {
                    String name = json.currentName();
                    if (depth == keyDepth) {
                        key = name;
                    } else if (depth == 1) {
                        leaves = name.equals(LEAVES);
                    } else if (name.equals("phx_ref")) {
                        var _ = json.nextToken();
                        long hash = hash(key, json.getString());
                        sum += leaves ? -hash : hash;
                        count += leaves ? -1 : 1;
                    }
                }
                default -> {}
            }
        }
        return new Refs(whole, count, sum);
    }

    /** The answer to a question for the server's own list: {@code {key: [ref, …]}}. */
    static Refs ofList(byte[] message, int from, int to) {
        JsonNode response = JSON.readTree(message, from, to - from).path(4).path("response");
        int count = 0;
        long sum = 0;
        for (var each : response.properties()) {
            for (JsonNode ref : each.getValue()) {
                sum += hash(each.getKey(), ref.asString());
                count++;
            }
        }
        return new Refs(true, count, sum);
    }

    private static long hash(String key, String ref) {
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < key.length(); i++) {
            hash = (hash ^ key.charAt(i)) * 0x100000001B3L;
        }
        hash = (hash ^ 0xFFFF) * 0x100000001B3L;
        for (int i = 0; i < ref.length(); i++) {
            hash = (hash ^ ref.charAt(i)) * 0x100000001B3L;
        }
        hash = (hash ^ hash >>> 30) * 0xBF58476D1CE4E5B9L;
        return hash ^ hash >>> 31;
    }
}
