package dev.myriad.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.myriad.net.memory.MemoryClient;
import dev.myriad.net.memory.MemoryTransport;
import dev.myriad.process.ExitReason;
import dev.myriad.protocol.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random orders of joins, pushes, leaves and ends, against a small model of what has to become of
 * them. All of a topic's mail is handled in order, so the model knows each channel's life exactly:
 * what reached it, how it ended, and how each message was answered.
 */
@Timeout(120)
class ChannelLifeTest {
    private static final int SEEDS = 400;
    private static final List<String> TOPICS = List.of("room:a", "room:b", "broken:a");
    private static final Pattern REPLY =
            Pattern.compile(
                    "\\[(?:null|\"\\d+\"),\"(\\d+)\",\"[^\"]*\",\"phx_reply\",\\{\"status\":\"(\\w+)\""
                            + ",\"response\":(.*)}]");

    private final Map<Integer, List<String>> lives = new ConcurrentHashMap<>();
    private final Endpoint endpoint =
            Endpoint.builder()
                    .socket("/plain", this::offer)
                    .socket(
                            "/expiring",
                            socket -> {
                                Instant later = Instant.now().plusSeconds(3_600);
                                offer(socket);
                                socket.connect((_, _) -> ConnectResult.ok().expiresAt(later));
                            })
                    .transport(application -> MemoryTransport.start(2, application))
                    .start();

    private void offer(SocketRoutes socket) {
        socket.channel("room:*", Logged::new)
                .channel(
                        "broken:*",
                        () -> {
                            throw new IllegalStateException("planted");
                        });
    }

    @AfterEach
    void close() {
        endpoint.close();
    }

    record Params(int id, String does) {}

    /** Writes its life down under the id that its join brought. */
    private final class Logged extends Channel {
        private List<String> life = List.of();

        @Override
        protected JoinResult join(String topic, Payload payload) throws Exception {
            Params params = payload.as(Params.class);
            List<String> begun = new ArrayList<>();
            switch (params.does()) {
                case "refuse" -> {
                    return JoinResult.error(Map.of("reason", "no"));
                }
                case "crash" -> throw new IllegalStateException("planted");
                case "slow" -> Thread.sleep(1);
                default -> {}
            }
            life = begun;
            lives.put(params.id(), begun);
            return JoinResult.ok();
        }

        @Override
        protected void joined() {
            life.add("joined");
        }

        @Override
        protected Result handleIn(String event, Payload payload) throws Exception {
            life.add(event);
            switch (event.charAt(0)) {
                case 'c' -> throw new IllegalStateException("planted");
                case 's' -> stop("told to");
                case 'w' -> Thread.sleep(1);
                default -> {}
            }
            return Result.ok();
        }

        @Override
        protected void terminate(ExitReason reason) {
            life.add(reason instanceof ExitReason.Shutdown(Object detail) ? "" + detail : "?");
        }
    }

    /** What has to become of a client's messages. */
    private static final class Model {
        final List<String> messages = new ArrayList<>();
        final Map<Integer, List<String>> lives = new TreeMap<>();
        final Map<String, String> answers = new TreeMap<>();

        /** Of a topic: the join ref, and the life of a channel that is there. */
        private final Map<String, String> joinRefs = new HashMap<>();

        private final Map<String, List<String>> present = new HashMap<>();
        private int ref;

        void step(Random random, int idBase) {
            String topic = TOPICS.get(random.nextInt(TOPICS.size()));
            ref++;
            switch (random.nextInt(8)) {
                case 0, 1 -> join(topic, random.nextInt(8), idBase + ref);
                case 2 -> leave(topic);
                default -> push(topic, "pppppwsc".charAt(random.nextInt(8)));
            }
        }

        private void join(String topic, int kind, int id) {
            String does = kind == 0 ? "refuse" : kind == 1 ? "crash" : kind == 2 ? "slow" : "join";
            joinRefs.put(topic, "" + ref);
            send(topic, "phx_join", "{\"id\":" + id + ",\"does\":\"" + does + "\"}");
            end(topic, "duplicate join");
            if (topic.startsWith("broken") || kind == 1) {
                answers.put("" + ref, "error join crashed");
            } else if (kind == 0) {
                answers.put("" + ref, "error no");
            } else {
                List<String> life = new ArrayList<>(List.of("joined"));
                present.put(topic, life);
                lives.put(id, life);
                answers.put("" + ref, "ok");
            }
        }

        private void push(String topic, char does) {
            String event = does + "" + ref;
            send(topic, event, "{}");
            List<String> life = present.get(topic);
            if (life == null) {
                answers.put("" + ref, "error unmatched topic");
                return;
            }
            life.add(event);
            if (does == 'c') {
                present.remove(topic); // phx_error is its answer, and nothing is called any more
            } else {
                answers.put("" + ref, "ok");
                if (does == 's') {
                    end(topic, "told to");
                }
            }
        }

        private void leave(String topic) {
            send(topic, "phx_leave", "{}");
            answers.put("" + ref, "ok");
            end(topic, "left");
        }

        private void end(String topic, String reason) {
            List<String> life = present.remove(topic);
            if (life != null) {
                life.add(reason);
            }
        }

        void closed() {
            TOPICS.forEach(topic -> end(topic, "closed"));
        }

        private void send(String topic, String event, String payload) {
            messages.add(Wire.V2.message(joinRefs.get(topic), "" + ref, topic, event, payload));
        }
    }

    @Test
    void whatCameBeforeTheEndIsHandledOnceAndEveryMessageIsAnsweredOnce() {
        for (int seed = 0; seed < SEEDS; seed++) {
            run(seed);
        }
        await().until(() -> endpoint.stats().topics() == 0);
        assertThat(endpoint.stats().channels()).isZero();
    }

    private void run(int seed) {
        Random random = new Random(seed);
        Model model = new Model();
        int steps = 1 + random.nextInt(24);
        for (int i = 0; i < steps; i++) {
            model.step(random, seed * 100);
        }
        String path = random.nextBoolean() ? "/plain" : "/expiring";
        MemoryClient client =
                ((MemoryTransport) endpoint.transport()).connect(path + "/websocket?vsn=2.0.0");
        assertThat(client.status()).isEqualTo(101);
        model.messages.forEach(client::send);
        Map<String, String> answers = new TreeMap<>();
        switch (random.nextInt(3)) {
            case 0 -> client.close(1000);
            case 1 -> {
                heartbeat(client, answers, seed); // the server has read all before it
                client.vanish();
            }
            default -> {
                while (answers.size() < model.answers.size()) {
                    take(client.next(), answers, seed);
                }
                heartbeat(client, answers, seed);
                assertThat(answers).as("answers of seed %d", seed).isEqualTo(model.answers);
                client.vanish();
            }
        }
        model.closed();
        await().atMost(Duration.ofSeconds(20))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .untilAsserted(
                        () ->
                                assertThat(lived(seed))
                                        .as("lives of seed %d: %s", seed, model.messages)
                                        .isEqualTo(model.lives));
    }

    private static void heartbeat(MemoryClient client, Map<String, String> answers, int seed) {
        client.send(Wire.V2.message(null, "0", "phoenix", "heartbeat", "{}"));
        while (!answers.containsKey("0")) {
            take(client.next(), answers, seed);
        }
        answers.remove("0");
    }

    private Map<Integer, List<String>> lived(int seed) {
        Map<Integer, List<String>> lived = new TreeMap<>();
        lives.forEach(
                (id, life) -> {
                    if (id / 100 == seed) {
                        lived.put(id, List.copyOf(life));
                    }
                });
        return lived;
    }

    private static void take(String message, Map<String, String> answers, int seed) {
        Matcher reply = REPLY.matcher(message);
        if (reply.matches()) {
            String reason = reply.group(3).replaceAll("\\{}|\\{\"reason\":\"|\"}", "");
            String answer = (reply.group(2) + " " + reason).strip();
            assertThat(answers.put(reply.group(1), answer))
                    .as("a second answer, seed %d: %s", seed, message)
                    .isNull();
        }
    }
}
