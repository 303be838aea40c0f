package dev.myriad.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.pubsub.HistoryRule;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A server that dies while it tells what it has stored: some nodes have heard it, some have not.
 */
class DyingLogTest {
    private static final String TOPIC = "a";
    private static final String OTHER = "b";

    private final LogReaders readers = new LogReaders();
    private final LogReader writer = add("writer");
    private final LogReader reader = add("reader");

    private LogReader add(String name) {
        return readers.add(name, LogKind.HISTORIES, List.of(TOPIC, OTHER));
    }

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
        readers.passLong();
        for (LogReader each : readers.nodes()) {
            assertThat(each.heard()).containsExactly("one", "two", text);
        }
        readers.network.logAway(false);
        readers.passLong();
        for (LogReader each : readers.nodes()) {
            assertThat(each.heard()).containsExactly("one", "two", text);
            assertThat(each.known(TOPIC)).containsExactly("one", "two");
        }
    }

    /** It is in the log, so nothing is missing there. */
    @Test
    void whatGoesOnceMoreLeavesNoHole() throws Exception {
        readers.line(1).deaf(true);
        writer.append(TOPIC, "two");
        readers.line(0).steps();
        readers.network.logAway(true);
        readers.line(1).deaf(false);
        writer.append(OTHER, "three");
        readers.passLong();
        assertThat(reader.heard()).containsExactly("one", "two", "three");
        readers.network.logAway(false);
        readers.passLong();
        assertThat(writer.known(TOPIC)).containsExactly("one", "two");
        assertThat(writer.holes()).containsOnly(OTHER);
    }

    /** Who came after a message hears it in no way, though its history has room for newer only. */
    @Test
    void whoComesLaterDoesNotHearWhatWasBefore() throws Exception {
        writer.append(TOPIC, "old");
        reader.append(TOPIC, "new1");
        reader.append(TOPIC, "new2");
        LogReader late =
                readers.add("late", LogKind.HISTORIES, List.of(TOPIC), HistoryRule.last(2));
        readers.pass(5);
        assertThat(late.known(TOPIC)).containsExactly("new1", "new2");
        readers.network.logAway(true);
        writer.append(TOPIC, "next");
        readers.passLong();
        assertThat(late.heard()).containsExactly("next");
        assertThat(reader.heard()).containsExactly("one", "old", "new1", "new2", "next");
    }

    /** A node that ends in good order while the log does not answer tells the others. */
    @Test
    void whatANodeSaysLastIsHeard() throws Exception {
        readers.network.logAway(true);
        writer.append(TOPIC, "last");
        readers.pass(10);
        writer.cluster.close();
        readers.passLong();
        assertThat(reader.heard()).containsExactly("one", "last");
        readers.network.logAway(false);
        readers.passLong();
        assertThat(reader.holes()).containsExactly(TOPIC);
    }

    /** What is under way when it ends comes into the log, if that is there. */
    @Test
    void whatIsUnderWayIsNotGivenUp() throws Exception {
        writer.append(TOPIC, "last");
        writer.cluster.close();
        readers.passLong();
        assertThat(reader.heard()).containsExactly("one", "last");
        assertThat(reader.known(TOPIC)).containsExactly("one", "last");
        assertThat(reader.holes()).isEmpty();
    }

    /** Topics that come and go while there is no log leave nothing. */
    @Test
    void withoutALogNothingIsKept() throws Exception {
        readers.network.logAway(true);
        readers.passLong();
        for (int i = 0; i < 1_000; i++) {
            writer.cluster.histories().came("t" + i, HistoryRule.last(10));
            writer.cluster.histories().went("t" + i);
        }
        readers.pass(1);
        assertThat(writer.cluster.logs().getFirst().unread()).isZero();
    }

    /** What was said long before has been heard, or is read when the log is back. */
    @Test
    void onlyWhatIsFreshGoesOnceMore() throws Exception {
        readers.pass();
        LogReader late = add("late");
        readers.pass();
        readers.network.logAway(true);
        writer.append(TOPIC, "two");
        readers.passLong();
        assertThat(late.heard()).containsExactly("two");
        assertThat(reader.heard()).containsExactly("one", "two");
    }
}
