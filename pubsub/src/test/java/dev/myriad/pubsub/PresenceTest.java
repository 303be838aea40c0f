package dev.myriad.pubsub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PresenceTest {
    private static final byte[] META = "{}".getBytes(UTF_8);

    private final Presence presence = new Presence(PresenceRule.full(), 0, "");
    private final List<String> told = new ArrayList<>();

    private void tell() {
        presence.apply(presence.take(), (event, message) -> told.add(event + " " + text(message)));
    }

    private static String text(Encodings message) {
        return new String(message.payload().bytes(), UTF_8);
    }

    @Test
    void whoCameAndWentIsNotTold() {
        Tracked ada = presence.track("ada", META);
        assertThat(presence.untrack(ada)).isFalse();
        tell();
        assertThat(told).isEmpty();
        assertThat(presence.isEmpty()).isTrue();
        assertThat(presence.bytes()).isZero();
    }

    @Test
    void anUpdateNamesTheRefThatClientsKnow() {
        Tracked first = presence.track("ada", META);
        Tracked second = presence.update(first, META);
        tell();
        assertThat(told.getFirst()).doesNotContain("phx_ref_prev").contains("\"leaves\":{}");
        Tracked third = presence.update(second, META);
        tell();
        assertThat(told.getLast())
                .contains("\"phx_ref_prev\":\"" + Long.toString(second.ref, 36) + "\"");
        assertThat(presence.untrack(third)).isTrue();
        assertThat(presence.untrack(third)).isFalse();
        tell();
        assertThat(told.getLast()).startsWith("presence_diff {\"joins\":{},\"leaves\":{\"ada\"");
        assertThat(presence.isEmpty()).isTrue();
    }

    @Test
    void whatCouldNotBeToldIsToldWhole() {
        Tracked ada = presence.track("ada", META);
        Tracked bob = presence.track("bob", META);
        tell();
        assertThat(presence.untrack(ada)).isTrue();
        Tracked _ = presence.track("eve", META);
        Presence.Change change = presence.take();
        assertThat(presence.isEmpty()).isFalse();
        assertThat(presence.untrack(bob)).isTrue();
        presence.putBack(change);
        assertThat(presence.hasChanged()).isTrue();
        tell();
        assertThat(told.getLast())
                .startsWith("presence_state {\"eve\"")
                .doesNotContain("ada", "bob");
    }
}
