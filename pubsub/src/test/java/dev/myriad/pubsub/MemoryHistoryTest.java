package dev.myriad.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.protocol.Payload;
import dev.myriad.protocol.Serializer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Places of messages that came, and of some that did not. */
class MemoryHistoryTest {
    private final MemoryHistory history = new MemoryHistory(HistoryRule.last(10), 0);

    private Kept said(String event) {
        return history.append(event, Payload.EMPTY, 0);
    }

    private List<String> after(Position position) {
        return history.after(position).orElseThrow().stream().map(Kept::event).toList();
    }

    @Test
    void whatIsMissingTakesAPlaceThatNobodyGoesAcross() {
        Position first = said("a").position();
        Position second = said("b").position();
        assertThat(after(first)).containsExactly("b");
        history.lost();
        Position hole = history.position();
        assertThat(hole.offset()).isEqualTo(3);
        assertThat(history.after(second)).isEmpty();
        assertThat(after(hole)).isEmpty();
        Kept next = said("c");
        assertThat(next.previous()).isEqualTo(3); // for who has heard b, a gap
        assertThat(history.after(second)).isEmpty();
        assertThat(after(hole)).containsExactly("c");
        assertThat(history.last(10)).hasSize(3);
    }

    /** Whoever has missed the newest message alone has to see that, too. */
    @Test
    void aPlaceWithoutAMessageIsItsOwnPredecessor() {
        Position newest = said("a").position();
        String frame =
                new String(Kept.at(newest).placeOnly(Serializer.V2, "t"), StandardCharsets.UTF_8);
        assertThat(frame).contains("\"$pos\":[\"" + newest.epoch() + "\",1,1]");
    }
}
