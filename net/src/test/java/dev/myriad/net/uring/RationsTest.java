package dev.myriad.net.uring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who receives when there are too few buffers. */
class RationsTest {
    private final Rations<String> rations = new Rations<>(4);

    private List<String> turn() {
        List<String> turn = new ArrayList<>();
        for (String wire = rations.first(); wire != null; wire = rations.next()) {
            turn.add(wire);
        }
        return turn;
    }

    @Test
    void thoseWhoHadNothingGoBeforeThoseWhoHad() {
        rations.served("a");
        rations.served("b");
        rations.starved("c");
        rations.starved("d");
        assertThat(turn()).containsExactly("c", "d", "a", "b");
        assertThat(turn()).isEmpty();
        assertThat(rations.isEmpty()).isTrue();
    }

    @Test
    void thoseWhoHadSomethingGetTheirTurnHoweverManyHadNothing() {
        rations.served("a");
        for (int i = 0; i < 10; i++) {
            rations.starved("s" + i);
        }
        assertThat(turn()).containsExactly("s0", "s1", "s2", "a");
        assertThat(turn()).containsExactly("s3", "s4", "s5", "s6");
    }

    @Test
    void aTurnIsOneBufferEach() {
        rations.served("a");
        assertThat(rations.first()).isEqualTo("a");
        rations.served("a"); // it has more
        assertThat(rations.next()).isNull();
        assertThat(turn()).containsExactly("a");
    }
}
