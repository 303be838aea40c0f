package dev.myriad.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.myriad.channels.Endpoint;
import dev.myriad.net.Limit;
import dev.myriad.testkit.ChannelTest;
import dev.myriad.testkit.TestSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What docs/guides/limits.md promises to name is named, and it shows what is really logged. */
@Timeout(60)
class LimitsGuideTest {
    private String guide = "";

    @BeforeEach
    void read() throws IOException {
        guide = Files.readString(Path.of("../docs/guides/limits.md"));
    }

    @Test
    void namesEverySetting() {
        assertThat(Limit.values())
                .allSatisfy(limit -> assertThat(guide).contains("| `" + limit.key() + "`"));
    }

    @Test
    void namesNoOther() {
        List<String> named =
                Pattern.compile("^\\| `([a-zA-Z]+)`", Pattern.MULTILINE)
                        .matcher(guide)
                        .results()
                        .map(row -> row.group(1))
                        .toList();
        assertThat(named)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(Limit.values()).map(Limit::key).toList());
    }

    @Test
    void namesEveryCounter() {
        try (Endpoint endpoint = EchoChat.serve(0)) {
            assertThat(endpoint.transport().stats().limits().keySet())
                    .hasSizeGreaterThan(10)
                    .allSatisfy(name -> assertThat(guide).contains("`" + name + "`"));
            assertThat(endpoint.stats().limits().keySet())
                    .hasSizeGreaterThan(9)
                    .allSatisfy(name -> assertThat(guide).contains("`" + name + "`"));
        }
    }

    @Test
    void showsWhatIsLogged() {
        Log log = new Log();
        Logger logger = Logger.getLogger("dev.myriad.Limits");
        logger.addHandler(log);
        try (ChannelTest test = ChannelTest.of("room:*", EchoChat::new)) {
            TestSocket socket =
                    test.client().peer(new InetSocketAddress("10.0.0.1", 4711)).connect();
            for (int i = 0; i < 80; i++) {
                socket.join("room:" + i);
            }
            socket.assertJoinRefused("room:" + "x".repeat(300));
            await().until(() -> log.lines.size() == 2);
            assertThat(log.lines)
                    .allSatisfy(line -> assertThat(guide).contains("\n" + line + "\n"));
        } finally {
            logger.removeHandler(log);
        }
    }

    /** Keeps the lines, which any thread may write. */
    private static final class Log extends Handler {
        private final Queue<String> lines = new ConcurrentLinkedQueue<>();

        @Override
        public void publish(LogRecord line) {
            lines.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
