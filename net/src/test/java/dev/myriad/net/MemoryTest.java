package dev.myriad.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryTest {
    private static long budgets(Memory memory) {
        return memory.bytesMax().values().stream().mapToLong(bytes -> bytes).sum();
    }

    private static Memory of(int megabytes) {
        return Memory.of(Limits.DEFAULT.with(Limit.MEMORY_MEGABYTES, megabytes));
    }

    /** The formula of the guide to operations. */
    private static long needed(Memory memory) {
        return (24L << 20) + memory.connectionsMax() * 320L + budgets(memory);
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 128, 256, 512, 1_024, 4_096, 65_536})
    void allThatClientsCanMakeItHoldFits(int megabytes) {
        Memory memory = of(megabytes);
        assertThat(needed(memory)).isLessThan(megabytes * 1_048_576L * 7 / 8);
        assertThat(memory.held().values()).containsOnly(0L);
    }

    @ParameterizedTest
    @ValueSource(ints = {128, 256, 512})
    void theDefaultsNeedNoLoweringFrom128MegabytesOn(int megabytes) {
        assertThat(of(megabytes).lowered()).isEmpty();
        assertThat(of(megabytes).connectionsMax()).isEqualTo(110_000);
    }

    @Test
    void whereMemoryDoesNotSufficeThereAreFewerConnectionsAndThatIsSaid() {
        Memory memory = of(64);
        assertThat(memory.connectionsMax()).isBetween(50_000, 70_000);
        assertThat(memory.lowered())
                .hasValueSatisfying(
                        text ->
                                assertThat(text)
                                        .startsWith("64 MB of memory do not suffice")
                                        .contains("connectionsMax from 110,000 to "));
        assertThat(memory.of(Memory.Kind.UNFINISHED).bytesMax()).isGreaterThan(1 << 20);
    }

    @Test
    void sharesThatAreTooMuchInAllAreLoweredAndThatIsSaid() {
        Limits limits = Limits.DEFAULT.with(Limit.MEMORY_MEGABYTES, 1_024);
        for (Memory.Kind kind : Memory.Kind.values()) {
            limits = limits.with(kind.limit(), 50);
        }
        Memory memory = Memory.of(limits);
        assertThat(needed(memory)).isLessThan(1_024L * 1_048_576 * 4 / 5);
        assertThat(memory.lowered()).hasValueSatisfying(t -> assertThat(t).contains("350 %"));
    }

    @Test
    void eachKindHasItsNameInMetrics() {
        assertThat(of(256).held())
                .containsOnlyKeys(
                        "requests",
                        "unfinished",
                        "outbound",
                        "broadcasts",
                        "mail",
                        "channels",
                        "topics");
    }
}
