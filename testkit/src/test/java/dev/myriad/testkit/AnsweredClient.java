package dev.myriad.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A client that does what comes to a generator's mind, and knows what it may hear of each message.
 * Confined to its simulation.
 */
final class AnsweredClient {
    private static final Pattern REPLY =
            Pattern.compile(
                    "\\[(?:null|\"\\d+\"),\"(\\d+)\",\"[^\"]*\",\"phx_reply\",\\{\"status\":\"(\\w+)\".*");
    private static final Pattern END =
            Pattern.compile("\\[\"(\\d+)\",\"\\d+\",\"[^\"]*\",\"(?:phx_close|phx_error)\",.*");

    /** Rooms, topics whose channels cannot be made, and one without a route; mostly the first. */
    private static final List<String> TOPICS =
            List.of("room:a", "room:b", "throws:a", "null:a", "stops:a", "reused:a", "nowhere");

    private static final List<String> TOKENS =
            List.of(
                    "{\"access_token\":\"ok\"}",
                    "{\"access_token\":\"slow\"}",
                    "{\"access_token\":\"refuse\"}",
                    "{\"access_token\":\"refuse-null\"}",
                    "{\"access_token\":\"throw\"}",
                    "{\"access_token\":\"error\"}",
                    "{\"access_token\":\"null\"}",
                    "{\"access_token\":\"other-id\"}",
                    "{\"access_token\":\"hang\"}",
                    "{\"access_token\":\"\"}",
                    "{\"access_token\":7}",
                    "{}",
                    "[1]",
                    "\"x\"",
                    "{\"access_token\":\"ok\",\"n\":" + "9".repeat(2_000) + "}");

    private static final List<String> EVENTS = new ArrayList<>();

    static {
        EVENTS.addAll(NastyRoom.ANSWERED);
        EVENTS.addAll(NastyRoom.CRASHING);
        EVENTS.addAll(NastyRoom.DEFERRED);
        EVENTS.addAll(NastyRoom.SILENT);
    }

    /**
     * A message with a ref.
     *
     * @param joinRef of the join that it is for, none if there was none
     */
    private record Sent(int ref, String joinRef, String topic, String event) {}

    private final SimulatedConnection connection;
    private final RandomGenerator random;
    private final List<Sent> sent = new ArrayList<>();
    private final Map<String, Integer> joinRefs = new HashMap<>();
    private int ref;

    AnsweredClient(SimulatedConnection connection, RandomGenerator random) {
        this.connection = connection;
        this.random = random;
    }

    /** One message. */
    void step() {
        String topic = TOPICS.get(Math.max(0, random.nextInt(TOPICS.size() + 6) - 6));
        int kind = random.nextInt(20);
        if (kind < 6) {
            join(topic, any(NastyRoom.JOINS));
        } else if (kind < 8) {
            send(topic, "phx_leave", "{}");
        } else if (kind < 11) {
            send(topic, "access_token", any(TOKENS));
        } else {
            send(topic, any(EVENTS), "{}");
        }
    }

    private String any(List<String> list) {
        return list.get(random.nextInt(list.size()));
    }

    private void join(String topic, String does) {
        joinRefs.put(topic, ref + 1);
        send(topic, "phx_join", "{\"does\":\"" + does + "\"}");
    }

    private void send(String topic, String event, String payload) {
        ref++;
        Integer joined = joinRefs.get(topic);
        String joinRef = joined == null ? "null" : "\"" + joined + "\"";
        sent.add(new Sent(ref, String.valueOf(joined), topic, event));
        connection.receive(
                "[%s,\"%d\",\"%s\",\"%s\",%s]".formatted(joinRef, ref, topic, event, payload));
    }

    boolean isLetIn() {
        return connection.isOpen();
    }

    void vanish() {
        connection.vanish();
    }

    /** Leaves all topics, joins them again, and speaks: nothing may be in the way any more. */
    void beginAnew() {
        for (String topic : List.copyOf(joinRefs.keySet())) {
            send(topic, "phx_leave", "{}");
            join(topic, "ok");
            send(topic, "reply", "{}");
        }
    }

    /** Whether the topics that let anybody in have let it in, and answered. */
    void checkBegunAnew() {
        if (!connection.isOpen()) {
            return;
        }
        Map<Integer, String> statuses = new HashMap<>();
        for (String text : connection.heard) {
            Matcher reply = REPLY.matcher(text);
            if (reply.matches()) {
                statuses.put(Integer.valueOf(reply.group(1)), reply.group(2));
            }
        }
        joinRefs.forEach(
                (topic, joinRef) -> {
                    if (topic.startsWith("room:")) {
                        assertThat(statuses.get(joinRef)).as("join of %s", topic).isEqualTo("ok");
                        assertThat(statuses.get(joinRef + 1))
                                .as("push to %s", topic)
                                .isEqualTo("ok");
                    }
                });
    }

    /** Of each message that it sent it has heard what it must, once. */
    void check() {
        assertThat(connection.faults).isEmpty();
        Map<Integer, Integer> answers = new HashMap<>();
        Map<String, Integer> ends = new HashMap<>();
        for (String text : connection.heard) {
            Matcher reply = REPLY.matcher(text);
            Matcher end = END.matcher(text);
            if (reply.matches()) {
                answers.merge(Integer.valueOf(reply.group(1)), 1, Integer::sum);
            } else if (end.matches()) {
                ends.merge(end.group(1), 1, Integer::sum);
            }
        }
        for (Sent message : sent) {
            int count = answers.getOrDefault(message.ref(), 0);
            assertThat(count).as("answers to %s: %s", message, connection.heard).isLessThan(2);
            if (count == 0 && connection.isOpen()) {
                assertThat(mayBeSilent(message, ends.containsKey(message.joinRef())))
                        .as("no answer to %s: %s", message, connection.heard)
                        .isTrue();
            }
        }
        ends.forEach(
                (joinRef, times) -> assertThat(times).as("ends of join %s", joinRef).isEqualTo(1));
    }

    private static boolean mayBeSilent(Sent message, boolean channelEnded) {
        return NastyRoom.SILENT.contains(message.event())
                || (channelEnded
                        && (NastyRoom.CRASHING.contains(message.event())
                                || NastyRoom.DEFERRED.contains(message.event())));
    }
}
