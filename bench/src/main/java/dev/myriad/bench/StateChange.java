package dev.myriad.bench;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a message says of the values of a topic. Immutable.
 *
 * @param snapshot what there is, or a page of it; else what changes
 * @param from the version that it changes
 * @param more whether further pages follow
 * @param put values as JSON
 */
record StateChange(
        boolean snapshot,
        long from,
        long version,
        boolean more,
        Map<String, String> put,
        Set<String> remove) {
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Reads {@code state} or {@code state_diff}. */
    static StateChange read(byte[] message) {
        JsonNode parts = JSON.readTree(message);
        boolean snapshot = parts.path(3).asString().equals("state");
        JsonNode payload = parts.path(4);
        Map<String, String> put = new HashMap<>();
        for (var each : payload.path(snapshot ? "entries" : "put").properties()) {
            put.put(each.getKey(), each.getValue().toString());
        }
        Set<String> remove = new HashSet<>();
        payload.path("remove").forEach(key -> remove.add(key.asString()));
        return new StateChange(
                snapshot,
                payload.path("from").asLong(),
                payload.path("version").asLong(),
                payload.path("more").asBoolean(),
                put,
                remove);
    }
}
