package dev.myriad.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Servers that lose the end of their log, though they have told it, and go on with something else:
 * no connection breaks, so it shows by what they tell from then on.
 */
class RewrittenLogTest {
    private static final String TOPIC = "a";
    private static final String OTHER = "b";

    private final LogReaders readers = new LogReaders();

    /** The one who writes, when the last that it wrote is lost. */
    private LogReader begin(LogKind kind) throws InterruptedException {
        LogReader writer = readers.add("writer", kind, List.of(TOPIC, OTHER));
        LogReader _ = readers.add("reader", kind, List.of(TOPIC, OTHER));
        readers.pass();
        writer.append(TOPIC, "one");
        readers.pass();
        writer.append(TOPIC, "lost");
        readers.pass();
        assertKnown("one", "lost");
        readers.network.loseEnd(kind);
        return writer;
    }

    private void assertKnown(String... texts) {
        readers.nodes().forEach(node -> assertThat(node.known(TOPIC)).containsExactly(texts));
    }

    @ParameterizedTest
    @EnumSource(LogKind.class)
    void anotherMessageOfTheTopicTakesItsPlace(LogKind kind) throws Exception {
        LogReader writer = begin(kind);
        writer.append(TOPIC, "two");
        readers.pass();
        assertKnown("one", "two");
    }

    @ParameterizedTest
    @EnumSource(LogKind.class)
    void aMessageOfAnotherTopicTakesItsPlace(LogKind kind) throws Exception {
        LogReader writer = begin(kind);
        writer.append(OTHER, "two");
        readers.pass();
        assertKnown("one");
        writer.append(TOPIC, "three");
        readers.pass();
        assertKnown("one", "three");
    }

    /** What takes its place is of a bucket that the reader does not listen to. */
    @ParameterizedTest
    @EnumSource(LogKind.class)
    void somethingThatIsNotHeardTakesItsPlace(LogKind kind) throws Exception {
        LogReader writer = begin(kind);
        writer.append("elsewhere", "two");
        readers.pass();
        writer.append(TOPIC, "three");
        readers.pass();
        assertKnown("one", "three");
    }
}
