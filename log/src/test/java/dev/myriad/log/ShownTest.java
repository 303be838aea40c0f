package dev.myriad.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a backend gets of a throwable. */
class ShownTest {
    private static String printed(Throwable shown) {
        StringWriter text = new StringWriter();
        shown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    @Test
    void aHarmlessOneGoesAsItIs() {
        IOException cause = new IOException("planted", new IllegalStateException());
        cause.addSuppressed(new RuntimeException("x"));
        assertThat(Shown.of(cause)).isSameAs(cause);
    }

    @Test
    void messagesAreEscapedAndCutAndClassesAndStacksSeen() {
        IOException planted =
                new IOException(
                        "a\nb" + "x".repeat(5_000),
                        new IllegalStateException("\u001b[2J", new Error("deep\u2028er")));
        planted.addSuppressed(new RuntimeException("c\rd"));
        Throwable shown = Shown.of(planted);
        assertThat(shown.getMessage())
                .startsWith("java.io.IOException: a\\nbxxx")
                .endsWith("...")
                .hasSizeLessThan(1_010);
        assertThat(shown.getStackTrace()).isEqualTo(planted.getStackTrace());
        assertThat(printed(shown))
                .startsWith("java.io.IOException: a\\nb")
                .contains("Caused by: java.lang.IllegalStateException: \\u001b[2J")
                .contains("Caused by: java.lang.Error: deep\\u2028er")
                .contains("Suppressed: java.lang.RuntimeException: c\\rd")
                .contains("at dev.myriad.log.ShownTest.")
                .doesNotContain("\u001b", "\u2028", "\r", "dev.myriad.log.Shown:");
    }

    @Test
    void aCauseThatIsDirtyMakesACopyOfAll() {
        assertThat(Shown.of(new RuntimeException("clean", new Error("a\nb"))))
                .isInstanceOf(Shown.class);
    }

    @Test
    void aCycleOfCausesEnds() {
        Exception a = new Exception("a");
        Exception b = new Exception("b", a);
        a.initCause(b);
        b.addSuppressed(a);
        String text = printed(Shown.of(a));
        assertThat(text).contains("java.lang.Exception: a", "Caused by: java.lang.Exception: b");
        assertThat(text).hasSizeLessThan(20_000);
    }

    @Test
    void endlessCausesEnd() {
        class Endless extends RuntimeException {
            private static final long serialVersionUID = 1L;

            @Override
            public synchronized Throwable getCause() {
                return new Endless();
            }
        }
        Throwable shown = Shown.of(new Endless());
        int causes = 0;
        for (Throwable t = shown; t != null; t = t.getCause()) {
            causes++;
        }
        assertThat(causes).isEqualTo(17);
        assertThat(printed(shown)).contains("and further causes");
    }

    @Test
    void manySuppressedOnesEnd() {
        Exception many = new Exception("many\n");
        for (int i = 0; i < 1_000; i++) {
            many.addSuppressed(new Exception("one"));
        }
        assertThat(Shown.of(many).getSuppressed()).hasSize(15);
    }

    @Test
    void aDeepStackIsCut() {
        Exception deep = new Exception("deep");
        StackTraceElement[] frames = new StackTraceElement[10_000];
        java.util.Arrays.fill(frames, new StackTraceElement("A", "b", "A.java", 1));
        deep.setStackTrace(frames);
        assertThat(Shown.of(deep).getStackTrace()).hasSize(200);
    }

    /** Each of its methods throws. */
    private static final class Wicked extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public @Nullable String getMessage() {
            throw new StackOverflowError();
        }

        @Override
        public String toString() {
            throw new IllegalStateException();
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            throw new OutOfMemoryError("planted");
        }

        @Override
        public synchronized Throwable getCause() {
            throw new AssertionError();
        }

        @Override
        public void printStackTrace(PrintWriter writer) {
            writer.println("12:00:00 ERROR forged");
        }
    }

    @Test
    void methodsThatThrowHarmNobody() {
        assertThat(printed(Shown.of(new Wicked())))
                .contains("Wicked: (its message cannot be had: java.lang.StackOverflowError)")
                .doesNotContain("forged");
        assertThat(printed(Shown.of(new Exception("x", new Wicked())))).contains("Caused by: ");
    }

    @Test
    void oneThatPrintsItselfIsNotAsked() {
        class Printer extends Exception {
            private static final long serialVersionUID = 1L;

            @Override
            public void printStackTrace(PrintWriter writer) {
                writer.println("12:00:00 ERROR forged");
            }
        }
        assertThat(printed(Shown.of(new Printer()))).contains("Printer").doesNotContain("forged");
    }
}
