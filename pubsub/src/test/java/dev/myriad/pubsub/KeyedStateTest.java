package dev.myriad.pubsub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeyedStateTest {
    private final KeyedState state = new KeyedState(StateRule.keyed().bounds(1_000, 1 << 20));
    private final List<String> told = new ArrayList<>();

    private void tell() {
        state.tell((event, message) -> told.add(event + " " + text(message)));
    }

    private static String text(Encodings message) {
        return new String(message.payload().bytes(), UTF_8);
    }

    private static byte[] json(Object value) {
        return value.toString().getBytes(UTF_8);
    }

    private void put(String key, byte[] value) {
        var _ = state.perform(new StateCommand.Put(key, value));
    }

    private StateCommand.Outcome putAll(Map<String, byte[]> values) {
        return state.perform(new StateCommand.PutAll(values));
    }

    @Test
    void ofSeveralChangesTheLastIsTold() {
        put("a", json(1));
        put("a", json(2));
        put("b", json(3));
        var _ = state.perform(new StateCommand.Remove("b"));
        tell();
        assertThat(told)
                .containsExactly(
                        "state_diff {\"from\":0,\"version\":4,\"put\":{\"a\":2},\"remove\":[]}");
        var _ = state.perform(new StateCommand.Remove("a"));
        tell();
        assertThat(told.getLast())
                .isEqualTo("state_diff {\"from\":4,\"version\":5,\"put\":{},\"remove\":[\"a\"]}");
        assertThat(state.isEmpty()).isTrue();
        assertThat(state.bytes()).isZero();
    }

    @Test
    void aNewcomerKnowsWhatTheOthersKnow() {
        put("a", json(1));
        tell();
        put("a", json(2));
        assertThat(state.snapshot().stream().map(KeyedStateTest::text))
                .containsExactly("{\"version\":1,\"entries\":{\"a\":1},\"more\":false}");
    }

    @Test
    void whatCouldNotBeToldIsToldWhole() {
        put("a", json(1));
        assertThatThrownBy(
                        () ->
                                state.tell(
                                        (_, _) -> {
                                            throw new OutOfMemoryError("planted");
                                        }))
                .isInstanceOf(OutOfMemoryError.class);
        assertThat(state.hasChanged()).isTrue();
        tell();
        assertThat(told)
                .containsExactly("state {\"version\":1,\"entries\":{\"a\":1},\"more\":false}");
        assertThat(state.hasChanged()).isFalse();
    }

    @Test
    void allOrNothingIsPut() {
        Map<String, byte[]> many = new HashMap<>();
        for (int i = 0; i < 1_001; i++) {
            many.put("k" + i, json(i));
        }
        assertThatThrownBy(() -> putAll(many))
                .isInstanceOfSatisfying(
                        TopicException.class,
                        e -> assertThat(e.code()).isEqualTo(TopicException.Code.TOO_MANY_KEYS));
        assertThat(state.size()).isZero();
        many.remove("k0");
        assertThat(putAll(many).version()).isEqualTo(1_000);
    }

    @Test
    void manyKeysComeInPagesOfOneVersion() {
        for (int i = 0; i < 1_000; i++) {
            put("key" + i, json("\"" + "x".repeat(300) + "\""));
        }
        tell();
        List<String> pages = state.snapshot().stream().map(KeyedStateTest::text).toList();
        assertThat(pages.size()).isGreaterThan(2);
        assertThat(pages).allMatch(page -> page.startsWith("{\"version\":1000,"));
        assertThat(pages.getLast()).endsWith("\"more\":false}");
        assertThat(pages.subList(0, pages.size() - 1)).allMatch(p -> p.endsWith("\"more\":true}"));
    }
}
