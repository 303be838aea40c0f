package dev.myriad.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a program says last is written, and a stuck log does not keep it from ending. */
@Timeout(60)
class ExitTest {
    private static Process jvm(Class<?> main) throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return new ProcessBuilder(
                        java.toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName())
                .redirectErrorStream(true)
                .start();
    }

    private static String said(Process process) throws Exception {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void theLastWordsAreWritten() throws Exception {
        Process program = jvm(LastWords.class);
        assertThat(said(program)).contains("last words", "99 more like it");
        assertThat(program.waitFor()).isZero();
    }

    @Test
    void aStuckLogDoesNotKeepAProgramFromEnding() throws Exception {
        Process program = jvm(Stuck.class);
        assertThat(said(program).strip()).isEqualTo("flushed: false");
        assertThat(program.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(program.exitValue()).isEqualTo(3);
    }

    /** A program of its own. */
    static final class LastWords {
        private LastWords() {}

        static void main() {
            Journal.conduct("words", entry -> IO.println(entry.text()));
            Line line = Log.of("words").info("last words");
            for (int i = 0; i < 100; i++) {
                line.tell();
            }
        }
    }

    /** A program of its own. */
    static final class Stuck {
        private Stuck() {}

        static void main() throws Exception {
            CountDownLatch writing = new CountDownLatch(1);
            Journal.conduct(
                    "words",
                    _ -> {
                        writing.countDown();
                        new CountDownLatch(1).await();
                    });
            Line line = Log.of("words").info("words").eachTime();
            line.tell();
            writing.await();
            for (int i = 0; i < 10_000; i++) {
                line.tell();
            }
            IO.println("flushed: " + Log.flush(Duration.ofMillis(50)));
            System.exit(3);
        }
    }
}
