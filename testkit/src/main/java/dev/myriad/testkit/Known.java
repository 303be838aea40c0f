package dev.myriad.testkit;

import dev.myriad.protocol.Payload;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a client knows of a topic that remembers, from what it was told. Confined to the test's
 * thread.
 */
final class Known {
    private static final Set<String> PRESENCE = Set.of("presence_state", "presence_diff");
    private static final Set<String> STATE = Set.of("state", "state_diff");

    private final Map<String, ObjectNode> present = new HashMap<>();
    private final Map<String, JsonNode> values = new HashMap<>();
    private boolean more;
    private boolean told;

    static boolean isPresence(String event) {
        return PRESENCE.contains(event);
    }

    static boolean isState(String event) {
        return STATE.contains(event);
    }

    void follow(Received message) {
        JsonNode payload = Json.tree(message.payload().bytes());
        switch (message.word()) {
            case "presence_state" -> {
                present.clear();
                join(payload);
            }
            case "presence_diff" -> {
                join(payload.get("joins"));
                leave(payload.get("leaves"));
            }
            case "state" -> {
                if (!more) {
                    values.clear();
                }
                more = payload.get("more").asBoolean();
                told = true;
                put(payload.get("entries"));
            }
            default -> {
                put(payload.get("put"));
                payload.get("remove").forEach(key -> values.remove(key.asString()));
            }
        }
    }

    private void join(JsonNode joins) {
        for (Map.Entry<String, JsonNode> each : joins.properties()) {
            ObjectNode before = present.put(each.getKey(), (ObjectNode) each.getValue());
            if (before != null) {
                ((ArrayNode) each.getValue().get("metas")).addAll((ArrayNode) before.get("metas"));
            }
        }
    }

    private void leave(JsonNode leaves) {
        for (Map.Entry<String, JsonNode> each : leaves.properties()) {
            ObjectNode here = present.get(each.getKey());
            if (here != null) {
                Set<String> gone = new HashSet<>();
                each.getValue().get("metas").forEach(meta -> gone.add(ref(meta)));
                ArrayNode metas = (ArrayNode) here.get("metas");
                metas.removeIf(meta -> gone.contains(ref(meta)));
                if (metas.isEmpty()) {
                    present.remove(each.getKey());
                }
            }
        }
    }

    private static String ref(JsonNode meta) {
        return meta.get("phx_ref").asString();
    }

    private void put(JsonNode entries) {
        entries.properties().forEach(entry -> values.put(entry.getKey(), entry.getValue()));
    }

    Map<String, Payload> presence() {
        Map<String, Payload> known = new HashMap<>();
        present.forEach((key, node) -> known.put(key, Json.payload(node)));
        return Collections.unmodifiableMap(known);
    }

    Map<String, JsonNode> state() {
        return Collections.unmodifiableMap(values);
    }

    boolean hasState(Map<String, ?> expected) {
        return told
                && !more
                && Json.tree(Json.bytes(expected)).equals(Json.tree(Json.bytes(values)));
    }

    /** As {@link TestChannel#resumeParams}. */
    static Map<String, Object> resumeParams(Payload response, List<Received> messages) {
        JsonNode resume = Json.tree(response.bytes()).path("resume");
        if (resume.isMissingNode()) {
            throw new IllegalStateException(
                    "join with the params {\"resume\": true} to get positions");
        }
        String epoch = resume.get("epoch").asString();
        long offset = resume.get("offset").asLong();
        for (Received message : messages) {
            if (message.payload().isBinary()) {
                continue;
            }
            JsonNode place = Json.tree(message.payload().bytes()).path("$pos");
            if (place.isArray() && place.get(0).asString().equals(epoch)) {
                offset = Math.max(offset, place.get(1).asLong());
            }
        }
        return Map.of("resume", Map.of("epoch", epoch, "offset", offset));
    }
}
