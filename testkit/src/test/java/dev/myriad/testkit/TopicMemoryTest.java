package dev.myriad.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.myriad.channels.Channel;
import dev.myriad.channels.Endpoint;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.HistoryRule;
import dev.myriad.pubsub.PresenceRule;
import dev.myriad.pubsub.Recovery;
import dev.myriad.pubsub.StateRule;
import dev.myriad.pubsub.TopicException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What topics remember, as clients see it. */
@Timeout(60)
class TopicMemoryTest {
    private static final String ROOM = "room:lobby";

    private final ChannelTest test =
            ChannelTest.of(
                    Endpoint.builder()
                            .topics(
                                    "room:*",
                                    rule ->
                                            rule.history(
                                                            HistoryRule.last(5)
                                                                    .age(Duration.ofMinutes(1)))
                                                    .presence(PresenceRule.full()))
                            .topics("crowd:*", rule -> rule.presence(PresenceRule.sampled(2)))
                            .topics(
                                    "price:*",
                                    rule ->
                                            rule.state(
                                                    StateRule.keyed()
                                                            .writtenByClients()
                                                            .bounds(100, 10_000)))
                            .socket("/socket", socket -> socket.channel("*", Room::new)),
                    "/socket");

    /** Broadcasts what it is sent, and is present as whoever it is told. */
    private static final class Room extends Channel {
        @Override
        protected JoinResult join(String topic, Payload params) {
            return JoinResult.ok(Map.of("welcome", true));
        }

        @Override
        protected Result handleIn(String event, Payload payload) throws Exception {
            switch (event) {
                case "say" -> broadcast("said", payload);
                case "whisper" -> broadcastFrom("said", payload);
                case "here" -> track(name(payload), payload);
                case "now" -> update(name(payload), payload);
                case "away" -> untrack(name(payload));
                case "crash" -> throw new IllegalStateException("on purpose");
                default -> {
                    return Result.error(Map.of("reason", "unknown"));
                }
            }
            return Result.ok();
        }
    }

    private static String name(Payload payload) {
        return of(map(payload), "name").toString();
    }

    /** A member of an object, which has to be there. */
    private static Object of(Map<?, ?> object, String member) {
        return Objects.requireNonNull(object.get(member), () -> member + " of " + object);
    }

    @AfterEach
    void close() {
        test.close();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Payload payload) {
        return Json.payload(payload).as(Map.class);
    }

    private static Map<?, ?> resume(TestChannel channel) {
        return (Map<?, ?>) of(map(channel.response()), "resume");
    }

    private TestChannel resumed(String topic, Object epoch, Object offset) {
        return test.join(topic, Map.of("resume", Map.of("epoch", epoch, "offset", offset)));
    }

    private void say(int number) {
        test.endpoint().broadcast(ROOM, "said", Map.of("n", number));
    }

    private static void assertSaid(TestChannel channel, int number, long offset) {
        Map<String, Object> said = map(channel.assertBroadcast("said"));
        assertThat(of(said, "n")).isEqualTo(number);
        List<?> position = (List<?>) of(said, "$pos");
        assertThat(((Number) position.get(1)).longValue()).isEqualTo(offset);
        assertThat(((Number) position.get(2)).longValue()).isEqualTo(offset - 1);
    }

    // ---- history

    @Test
    void whoComesBackGetsWhatItMissedThenWhatComes() {
        TestChannel first = test.join(ROOM, Map.of("resume", true));
        Map<?, ?> start = resume(first);
        assertThat(of(start, "recovered")).isEqualTo(true);
        assertThat(of(start, "offset")).isEqualTo(0);
        say(1);
        assertSaid(first, 1, 1);
        boolean _ = first.leave().assertReply("ok").isObject();
        say(2);
        say(3);
        TestChannel back = resumed(ROOM, of(start, "epoch"), 1);
        assertThat(resume(back).get("recovered")).isEqualTo(true);
        assertThat(resume(back).get("offset")).isEqualTo(3);
        assertThat(of(map(back.response()), "welcome")).isEqualTo(true);
        say(4);
        assertSaid(back, 2, 2);
        assertSaid(back, 3, 3);
        assertSaid(back, 4, 4);
        assertThat(test.endpoint().pubSub().memoryStats().recovered()).isEqualTo(2);
    }

    @Test
    void whoDoesNotAskGetsMessagesAsTheyAre() {
        TestChannel plain = test.join(ROOM);
        assertThat(map(plain.response())).doesNotContainKey("resume");
        say(1);
        plain.assertBroadcast("said", Map.of("n", 1));
    }

    @Test
    void whatCannotBeResumedSaysWhyAndWhereItIs() {
        TestChannel first = test.join(ROOM, Map.of("resume", true));
        Object epoch = resume(first).get("epoch");
        for (int i = 1; i <= 10; i++) {
            say(i);
        }
        Map<Object, String> expected =
                Map.of(
                        Map.of("epoch", epoch, "offset", 2),
                        "forgotten",
                        Map.of("epoch", epoch, "offset", 11),
                        "unknown",
                        Map.of("epoch", epoch, "offset", -1),
                        "unknown",
                        Map.of("epoch", epoch, "offset", Long.MAX_VALUE),
                        "unknown",
                        Map.of("epoch", "other", "offset", 9),
                        "epoch",
                        Map.of("epoch", epoch, "offset", 1.5),
                        "malformed",
                        Map.of("epoch", epoch),
                        "malformed",
                        Map.of("offset", 3),
                        "malformed",
                        "nonsense",
                        "malformed");
        expected.forEach(
                (wish, reason) -> {
                    TestChannel back = test.join(ROOM, Map.of("resume", wish));
                    assertThat(resume(back).get("recovered")).as("%s", wish).isEqualTo(false);
                    assertThat(resume(back).get("reason")).as("%s", wish).isEqualTo(reason);
                    assertThat(resume(back).get("offset")).as("%s", wish).isEqualTo(10);
                    back.refuteBroadcast("said");
                });
        assertThat(test.endpoint().pubSub().memoryStats().notRecovered())
                .containsEntry(Recovery.Obstacle.MALFORMED, 4L)
                .containsEntry(Recovery.Obstacle.UNKNOWN, 3L);
    }

    @Test
    void newcomersGetTheLast() {
        say(1);
        say(2);
        say(3);
        TestChannel last = test.join(ROOM, Map.of("resume", Map.of("last", 2)));
        assertSaid(last, 2, 2);
        assertSaid(last, 3, 3);
        TestChannel latest = test.join(ROOM, Map.of("resume", "latest"));
        assertSaid(latest, 3, 3);
        latest.refuteBroadcast("said");
        assertThat(test.endpoint().history(ROOM, 2)).hasSize(2);
    }

    @Test
    void whoIsLeftOutIsToldThePlace() {
        TestChannel room = test.join(ROOM, Map.of("resume", true));
        TestChannel other = test.join(ROOM, Map.of("resume", true));
        var _ = room.push("whisper", Map.of("n", 1)).assertReply("ok");
        assertSaid(other, 1, 1);
        room.refuteBroadcast("said");
        List<?> position = (List<?>) of(map(room.assertBroadcast("position")), "$pos");
        assertThat(position.get(1)).isEqualTo(1);
    }

    // ---- presence

    @Test
    void whoComesIsToldAndWhoGoesIsTold() {
        TestChannel ada = test.join(ROOM);
        ada.assertBroadcast("presence_state", Map.of());
        var _ = ada.push("here", Map.of("name", "ada")).assertReply("ok");
        Map<?, ?> joins = (Map<?, ?>) of(map(ada.assertBroadcast("presence_diff")), "joins");
        assertThat(joins.keySet().toString()).isEqualTo("[ada]");
        TestChannel bob = test.join(ROOM);
        assertThat(map(bob.assertBroadcast("presence_state"))).containsOnlyKeys("ada");
        assertThat(test.endpoint().presences(ROOM)).containsOnlyKeys("ada");
        List<?> metas = (List<?>) of(test.endpoint().presences(ROOM), "ada");
        assertThat(of(((Payload) metas.getFirst()).as(Map.class), "name")).isEqualTo("ada");
        var _ = ada.push("now", Map.of("name", "ada", "typing", true)).assertReply("ok");
        Map<String, Object> diff = map(bob.assertBroadcast("presence_diff"));
        assertThat(of(diff, "joins").toString()).contains("phx_ref_prev").contains("typing=true");
        assertThat(of(diff, "leaves").toString()).contains("ada");
        var _ = ada.push("crash");
        Map<String, Object> gone = map(bob.assertBroadcast("presence_diff"));
        assertThat(of(gone, "leaves").toString()).contains("ada");
        assertThat(of(gone, "joins")).isEqualTo(Map.of());
        assertThat(test.endpoint().presences(ROOM)).isEmpty();
    }

    @Test
    void aCrowdIsCountedAndSampled() {
        TestChannel watcher = test.join("crowd:x");
        watcher.assertBroadcast("presence_count", Map.of("count", 0));
        TestChannel[] all = new TestChannel[5];
        for (int i = 0; i < 5; i++) {
            all[i] = test.join("crowd:x");
            var _ = all[i].push("here", Map.of("name", "m" + i)).assertReply("ok");
        }
        Payload count = watcher.assertBroadcast("presence_count");
        while (!of(map(count), "count").equals(5)) {
            count = watcher.assertBroadcast("presence_count");
        }
        TestChannel late = test.join("crowd:x");
        assertThat(map(late.assertBroadcast("presence_state"))).containsOnlyKeys("m0", "m1");
        late.assertBroadcast("presence_count", Map.of("count", 5));
        var _ = all[0].leave().assertReply("ok");
        Map<String, Object> diff = map(late.assertBroadcast("presence_diff"));
        assertThat(of(diff, "leaves").toString()).contains("m0");
        assertThat(of(diff, "joins").toString()).contains("m2");
    }

    @Test
    void boundsOfPresenceAreTold() {
        TestChannel ada = test.join(ROOM);
        var _ = ada.push("here", Map.of("name", "ada", "x", "y".repeat(5_000)));
        ada.assertCrashed();
        TestChannel price = test.join("price:1");
        var _ = price.push("here", Map.of("name", "ada"));
        price.assertCrashed();
        assertThat(test.endpoint().pubSub().memoryStats().refused())
                .containsEntry(TopicException.Code.TOO_LARGE, 1L)
                .containsEntry(TopicException.Code.NO_RULE, 0L);
        assertThatThrownBy(() -> test.endpoint().presences("other"))
                .isInstanceOf(TopicException.class);
    }

    // ---- keyed state

    @Test
    void aJoinerGetsASnapshotAndThenDiffs() {
        var state = test.endpoint().state("price:1");
        state.put("a", 1);
        TestChannel first = test.join("price:1");
        Map<String, Object> snapshot = map(first.assertBroadcast("state"));
        Object version = of(snapshot, "version");
        if (version.equals(0)) { // clients do not know of it yet
            Map<String, Object> diff = map(first.assertBroadcast("state_diff"));
            assertThat(of(diff, "put")).isEqualTo(Map.of("a", 1));
            version = of(diff, "version");
        } else {
            assertThat(of(snapshot, "entries")).isEqualTo(Map.of("a", 1));
        }
        state.putAll(Map.of("b", 2, "c", List.of(3)));
        assertThat(state.remove("a")).isTrue();
        Map<String, Object> diff = map(first.assertBroadcast("state_diff"));
        assertThat(of(diff, "from")).isEqualTo(version);
        while (!of(diff, "version").equals(4)) {
            Object from = of(diff, "version");
            diff = map(first.assertBroadcast("state_diff"));
            assertThat(of(diff, "from")).isEqualTo(from);
        }
        assertThat(state.compareAndSet("b", 1, 9)).isEmpty();
        assertThat(state.compareAndSet("b", 4, 9)).contains(5L);
        assertThat(state.compareAndSet("a", 1, 9)).isEmpty();
        assertThat(state.get("b").orElseThrow().as(Integer.class)).isEqualTo(9);
    }

    @Test
    void clientsWriteWhereTheRuleLetsThem() {
        TestChannel price = test.join("price:2");
        price.push("state_put", Map.of("key", "a", "value", 1))
                .assertReply("ok", Map.of("version", 1));
        price.push("state_cas", Map.of("key", "a", "value", 2, "version", 0))
                .assertReply("error", Map.of("reason", "conflict"));
        price.push("state_cas", Map.of("key", "a", "value", 2, "version", 1))
                .assertReply("ok", Map.of("version", 2));
        price.push("state_put", Map.of("key", "k".repeat(300), "value", 2))
                .assertReply("error", Map.of("reason", "key_too_long"));
        price.push("state_put", Map.of("key", "", "value", "x".repeat(11_000)))
                .assertReply("error", Map.of("reason", "too_large"));
        price.push("state_put", Map.of("value", 2))
                .assertReply("error", Map.of("reason", "malformed"));
        price.push("state_remove", Map.of("key", "a")).assertReply("ok", Map.of("removed", true));
        var _ = price.push("state_get").assertReply("ok");
    }
}
