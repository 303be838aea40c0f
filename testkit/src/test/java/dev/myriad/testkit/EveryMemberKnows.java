package dev.myriad.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.channels.Channel;
import dev.myriad.channels.Endpoint;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.net.Drain;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.HistoryRule;
import dev.myriad.pubsub.Kept;
import dev.myriad.pubsub.PresenceRule;
import dev.myriad.pubsub.StateRule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;

/**
 * Clients of a topic that remembers join, leave, crash, vanish and come back at random, while
 * messages are sent, presences change and values are put. At each moment a client has got each
 * message after its first once and in order; it heard of each presence one join and one leave; its
 * diffs have no gap. In the end it knows what the server knows.
 */
public final class EveryMemberKnows implements LongConsumer {
    static final String TOPIC = "room:a";
    static final int KEPT = 6;
    private static final int CLIENTS = 3;
    private static final int STEPS = 40;
    private static final Duration LONG = Duration.ofSeconds(30);

    /** Does what it is told. */
    static final class Room extends Channel {
        @Override
        protected JoinResult join(String topic, Payload params) {
            return JoinResult.ok();
        }

        @Override
        protected Result handleIn(String event, Payload payload) {
            String text = Json.tree(payload.bytes()).path("text").asString("");
            switch (event) {
                case "say" -> broadcast("said", payload);
                case "whisper" -> broadcastFrom("said", payload);
                case "track" -> track(text, Map.of());
                case "update" -> update(text, Map.of("now", 1));
                case "untrack" -> untrack(text);
                case "put" -> state().put(text, text);
                case "remove" -> state().remove(text);
                default -> throw new IllegalStateException("planted");
            }
            return Result.ok();
        }
    }

    /** What all clients were told, which has to be the same for all. */
    static final class Truth {
        final Map<Long, String> messages = new HashMap<>();
    }

    @Override
    public void accept(long seed) {
        Simulation.run(seed, EveryMemberKnows::play);
    }

    private static void play(Simulation sim) {
        List<SimulatedTransport> transports = new ArrayList<>();
        Duration every = sim.random().nextBoolean() ? Duration.ZERO : Duration.ofMillis(50);
        Endpoint endpoint =
                Endpoint.builder()
                        .topics(
                                "room:*",
                                rule ->
                                        rule.history(HistoryRule.last(KEPT))
                                                .presence(PresenceRule.full().every(every))
                                                .state(StateRule.keyed().every(every)))
                        .socket("/s", socket -> socket.channel("room:*", Room::new))
                        .clock(new SimulatedClock(sim))
                        .drain(Drain.atOnce(10_000))
                        .transport(
                                application -> {
                                    SimulatedTransport made = new SimulatedTransport(application);
                                    transports.add(made);
                                    return made;
                                })
                        .start();
        Truth truth = new Truth();
        List<KnowingClient> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new KnowingClient(sim, transports.getFirst(), "c" + i, truth));
        }
        clients.forEach(client -> sim.fork(() -> act(sim, client)));
        sim.fork(() -> publish(sim, endpoint));
        sim.advance(LONG);
        clients.forEach(KnowingClient::comeBack);
        sim.advance(LONG);
        check(endpoint, clients);
        clients.forEach(KnowingClient::vanish);
        sim.advance(LONG);
        assertThat(endpoint.presences(TOPIC)).as("a ghost is present").isEmpty();
        endpoint.close();
        sim.advance(LONG);
    }

    private static void act(Simulation sim, KnowingClient client) {
        for (int i = 0; i < STEPS; i++) {
            client.step();
            rest(sim);
        }
    }

    private static void publish(Simulation sim, Endpoint endpoint) {
        RandomGenerator random = sim.random();
        for (int i = 0; i < STEPS; i++) {
            switch (random.nextInt(3)) {
                case 0 -> endpoint.state(TOPIC).put("k" + random.nextInt(4), i);
                case 1 -> endpoint.state(TOPIC).remove("k" + random.nextInt(4));
                default -> endpoint.broadcast(TOPIC, "said", Map.of("text", "e" + i));
            }
            rest(sim);
        }
    }

    private static void rest(Simulation sim) {
        for (int i = sim.random().nextInt(6); i > 0; i--) {
            sim.letOthersRun();
        }
    }

    private static void check(Endpoint endpoint, List<KnowingClient> clients) {
        Set<String> present = new TreeSet<>();
        clients.forEach(client -> present.addAll(client.tracked()));
        assertThat(new TreeSet<>(endpoint.presences(TOPIC).keySet()))
                .as("the server knows who is present")
                .isEqualTo(present);
        Map<String, Integer> metas = new HashMap<>();
        endpoint.presences(TOPIC).forEach((key, all) -> metas.put(key, all.size()));
        Map<String, JsonNode> values = new HashMap<>();
        endpoint.state(TOPIC).all().forEach((key, v) -> values.put(key, Json.tree(v.bytes())));
        List<Kept> last = endpoint.history(TOPIC, 1);
        long offset = last.isEmpty() ? 0 : last.getFirst().position().offset();
        for (KnowingClient client : clients) {
            assertThat(client.metas()).as("%s knows who is present", client).isEqualTo(metas);
            assertThat(client.values()).as("%s knows all values", client).isEqualTo(values);
            assertThat(client.offset()).as("%s got all messages", client).isEqualTo(offset);
        }
    }
}
