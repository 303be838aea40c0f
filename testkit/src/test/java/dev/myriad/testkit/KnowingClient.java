package dev.myriad.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A client of a topic that remembers: does what comes to a generator's mind, and follows what it is
 * told as a careful client would. Confined to its simulation.
 */
final class KnowingClient {
    private final Simulation sim;
    private final SimulatedTransport transport;
    private final String name;
    private final EveryMemberKnows.Truth truth;
    private final RandomGenerator random;

    private @Nullable SimulatedConnection connection;
    private int read;
    private int ref;
    private String joinRef = "";
    private boolean joined;

    /** Whether it joined to get places. */
    private boolean asks;

    /** What it heard since it joined. */
    private final Set<String> texts = new HashSet<>();

    private String epoch = "";
    private long offset = -1;
    private long askedFrom = -1;
    private final Map<String, Set<String>> present = new HashMap<>();
    private final Map<String, JsonNode> values = new HashMap<>();
    private long version;
    private final Set<String> tracked = new HashSet<>();

    KnowingClient(
            Simulation sim,
            SimulatedTransport transport,
            String name,
            EveryMemberKnows.Truth truth) {
        this.sim = sim;
        this.transport = transport;
        this.name = name;
        this.truth = truth;
        this.random = sim.random();
    }

    /** Something that it may do. */
    void step() {
        follow();
        SimulatedConnection present = connection;
        if (present == null || !present.isOpen()) {
            connect();
            return;
        }
        String own = name + random.nextInt(2);
        switch (random.nextInt(16)) {
            case 0 -> vanish();
            case 1, 2 -> join();
            case 3 -> push("phx_leave", own);
            case 4 -> push("crash", own);
            case 5, 6 -> push("say", name + ref);
            case 7 -> push("whisper", name + ref);
            case 8, 9 -> push("track", own);
            case 10 -> push("track", "shared");
            case 11 -> push("update", own);
            case 12 -> push("untrack", own);
            case 13 -> push("put", own);
            case 14 -> push("remove", own);
            default -> {} // it rests
        }
    }

    private void connect() {
        connection = transport.connect("/s/websocket?vsn=2.0.0").connection;
        read = 0;
        ended();
    }

    private void ended() {
        joined = false;
        tracked.clear();
    }

    /** Joins unless it has joined, and waits for all that it is to hear. */
    void comeBack() {
        follow();
        SimulatedConnection present = connection;
        if (present == null || !present.isOpen()) {
            connect();
        }
        sim.advance(Duration.ofSeconds(1));
        follow();
        while (!joined || !asks) {
            join();
            sim.advance(Duration.ofSeconds(1));
            follow();
        }
    }

    void vanish() {
        SimulatedConnection present = connection;
        if (present != null) {
            follow();
            present.vanish();
            ended();
        }
    }

    private void join() {
        joinRef = Integer.toString(++ref);
        askedFrom = offset;
        String resume =
                offset < 0 ? "true" : "{\"epoch\":\"%s\",\"offset\":%d}".formatted(epoch, offset);
        asks = random.nextInt(4) > 0;
        texts.clear();
        send(joinRef, "phx_join", asks ? "{\"resume\":" + resume + "}" : "{}");
        ended();
    }

    private void push(String event, String text) {
        send(Integer.toString(++ref), event, "{\"text\":\"" + text + "\"}");
    }

    private void send(String itsRef, String event, String payload) {
        if (connection != null) {
            connection.receive(
                    "[\"%s\",\"%s\",\"%s\",\"%s\",%s]"
                            .formatted(joinRef, itsRef, EveryMemberKnows.TOPIC, event, payload));
        }
    }

    // ---- what it hears

    private void follow() {
        while (connection != null && read < connection.heard.size()) {
            JsonNode message = Json.tree(connection.heard.get(read++));
            String to = message.get(0).asString("");
            if (to.isEmpty() || to.equals("null") || to.equals(joinRef)) {
                hear(message.get(1).asString(""), message.get(3).asString(), message.get(4));
            }
        }
    }

    private void hear(String itsRef, String event, JsonNode payload) {
        if (event.equals("phx_reply") && itsRef.equals(joinRef)) {
            replied(payload);
            return;
        }
        if (!joined) {
            return; // of an earlier join
        }
        switch (event) {
            case "said", "position" -> placed(payload);
            case "presence_state" -> {
                present.clear();
                payload.properties().forEach(each -> refs(each).forEach(r -> come(each, r)));
            }
            case "presence_diff" -> {
                payload.get("joins")
                        .properties()
                        .forEach(each -> refs(each).forEach(r -> come(each, r)));
                payload.get("leaves")
                        .properties()
                        .forEach(each -> refs(each).forEach(r -> go(each, r)));
            }
            case "state" -> {
                values.clear();
                put(payload.get("entries"));
                version = payload.get("version").asLong();
            }
            case "state_diff" -> {
                assertThat(payload.get("from").asLong())
                        .as("%s sees no gap between diffs", name)
                        .isEqualTo(version);
                put(payload.get("put"));
                payload.get("remove").forEach(key -> values.remove(key.asString()));
                version = payload.get("version").asLong();
            }
            case "phx_close", "phx_error" -> ended();
            default -> {} // a reply
        }
    }

    private void replied(JsonNode payload) {
        if (!payload.get("status").asString().equals("ok")) {
            return;
        }
        joined = true;
        if (!asks) {
            return;
        }
        JsonNode resume = payload.get("response").get("resume");
        boolean recovered = resume.get("recovered").asBoolean();
        long newest = resume.get("offset").asLong();
        boolean could = askedFrom < 0 || askedFrom >= newest - EveryMemberKnows.KEPT;
        assertThat(recovered).as("%s resumes if it could", name).isEqualTo(could);
        if (!recovered || askedFrom < 0) {
            offset = newest;
        }
        epoch = resume.get("epoch").asString();
    }

    private void placed(JsonNode payload) {
        if (payload.has("text")) {
            assertThat(texts.add(payload.get("text").asString()))
                    .as("%s gets each message once, %s", name, payload)
                    .isTrue();
        }
        if (!asks) {
            assertThat(payload.has("$pos")).as("%s did not ask for a place", name).isFalse();
            return;
        }
        JsonNode place = payload.get("$pos");
        assertThat(place.get(0).asString()).isEqualTo(epoch);
        assertThat(place.get(2).asLong())
                .as("%s gets each message once, after its predecessor", name)
                .isEqualTo(offset);
        offset = place.get(1).asLong();
        if (payload.has("text")) {
            String text = payload.get("text").asString();
            String before = truth.messages.putIfAbsent(offset, text);
            assertThat(before == null ? text : before).as("all get the same").isEqualTo(text);
        }
    }

    private static Set<String> refs(Map.Entry<String, JsonNode> entry) {
        Set<String> refs = new HashSet<>();
        entry.getValue().get("metas").forEach(meta -> refs.add(meta.get("phx_ref").asString()));
        return refs;
    }

    private void come(Map.Entry<String, JsonNode> entry, String itsRef) {
        assertThat(present.computeIfAbsent(entry.getKey(), _ -> new HashSet<>()).add(itsRef))
                .as("%s hears one join of %s", name, entry.getKey())
                .isTrue();
    }

    private void go(Map.Entry<String, JsonNode> entry, String itsRef) {
        Set<String> refs = present.getOrDefault(entry.getKey(), new HashSet<>());
        assertThat(refs.remove(itsRef))
                .as("%s hears one leave of %s", name, entry.getKey())
                .isTrue();
        if (refs.isEmpty()) {
            present.remove(entry.getKey());
        }
    }

    private void put(JsonNode entries) {
        entries.properties().forEach(entry -> values.put(entry.getKey(), entry.getValue()));
    }

    // ---- what it knows

    Map<String, Integer> metas() {
        follow();
        Map<String, Integer> metas = new HashMap<>();
        present.forEach((key, refs) -> metas.put(key, refs.size()));
        return metas;
    }

    Map<String, JsonNode> values() {
        return values;
    }

    long offset() {
        return offset;
    }

    /** Those of its keys that others would see. */
    Set<String> tracked() {
        return metas().keySet();
    }

    @Override
    public String toString() {
        return name;
    }
}
