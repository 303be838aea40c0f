package dev.myriad.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A server that dies while it tells what it has stored: some nodes have heard it, some have not.
 */
class DyingLogTest {
    private static final String TOPIC = "a";

    private final LogReaders readers = new LogReaders();
    private final LogReader writer = readers.add("writer", LogKind.HISTORIES, List.of(TOPIC));
    private final LogReader reader = readers.add("reader", LogKind.HISTORIES, List.of(TOPIC));

    @BeforeEach
    void begin() throws Exception {
        readers.pass();
        writer.append(TOPIC, "one");
        readers.pass();
        assertThat(reader.heard()).containsExactly("one");
    }

    /** Nobody hears a later one before it: with what goes past the log, it goes once more. */
    @Test
    void whatOnlyTheWriterHasHeardIsNotOvertaken() throws Exception {
        readers.line(1).deaf(true);
        writer.append(TOPIC, "two");
        readers.line(0).steps();
        assertThat(writer.heard()).containsExactly("one", "two");
        dieAndSay("three");
    }

    /** The same of one that the log has acknowledged, and told to nobody. */
    @Test
    void whatNobodyHasHeardIsNotOvertaken() throws Exception {
        readers.line(1).deaf(true);
        readers.line(0).deaf(true);
        writer.append(TOPIC, "two");
        readers.line(0).steps();
        assertThat(writer.heard()).containsExactly("one");
        dieAndSay("three");
    }

    private void dieAndSay(String text) throws Exception {
        readers.network.logAway(true);
        readers.line(0).deaf(false);
        readers.line(1).deaf(false);
        writer.append(TOPIC, text);
        readers.pass();
        readers.pass();
        for (LogReader each : readers.nodes()) {
            assertThat(each.heard()).containsExactly("one", "two", text);
        }
        readers.network.logAway(false);
        readers.pass();
        readers.pass();
        for (LogReader each : readers.nodes()) {
            assertThat(each.heard()).containsExactly("one", "two", text);
            assertThat(each.known(TOPIC)).containsExactly("one", "two");
        }
    }

    /** What was said long before has been heard, or is read when the log is back. */
    @Test
    void onlyWhatIsFreshGoesOnceMore() throws Exception {
        readers.pass();
        LogReader late = readers.add("late", LogKind.HISTORIES, List.of(TOPIC));
        readers.pass();
        readers.network.logAway(true);
        writer.append(TOPIC, "two");
        readers.pass();
        readers.pass();
        assertThat(late.heard()).containsExactly("two");
        assertThat(reader.heard()).containsExactly("one", "two");
    }
}
