package dev.myriad.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.myriad.bench.Run.Better;
import dev.myriad.bench.Run.Metric;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static Report fixed() {
        try (InputStream in = ReportTest.class.getResourceAsStream("report.json")) {
            return Report.JSON.readValue(Objects.requireNonNull(in), Report.class);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void summarisesRoundsByMediansAndStatesTheRatio() {
        List<Run> runs =
                List.of(
                        run("a", 1, 4),
                        run("b", 1, 10),
                        run("b", 2, 20),
                        run("a", 2, 2),
                        run("a", 3, 9));

        Report.Row row = Report.summarise(runs).getFirst();

        assertThat(row.cells())
                .containsExactly(new Report.Cell("a", 4, 2, 9), new Report.Cell("b", 15, 10, 20));
        assertThat(row.ratio().orElseThrow()).isCloseTo(4.0 / 15, within(1e-9));
    }

    @Test
    void thereIsNoRatioToNothing() {
        assertThat(Report.summarise(List.of(run("a", 1, 4))).getFirst().ratio()).isEmpty();
        assertThat(Report.summarise(List.of(run("a", 1, 4), run("b", 1, 0))).getFirst().ratio())
                .isEmpty();
    }

    private static Run run(String server, int round, double value) {
        return new Run(
                server,
                "",
                round,
                List.of(new Metric("m", "us", value, Better.LOWER)),
                List.of(),
                List.of(),
                List.of());
    }

    @Test
    void aLatencyIsReadFromTheHistogramInMilliseconds() {
        Histogram micros = new Histogram(1, 600_000_000, 3);
        for (int i = 1; i <= 1_000; i++) {
            micros.recordValue(i * 1_000L);
        }

        Run.Latency latency = Run.Latency.of("x", micros);

        assertThat(latency.count()).isEqualTo(1_000);
        assertThat(latency.p50()).isCloseTo(500, within(1.0));
        assertThat(latency.p99()).isCloseTo(990, within(1.0));
        assertThat(latency.p999()).isCloseTo(999, within(1.0));
        assertThat(latency.max()).isCloseTo(1_000, within(1.0));
        assertThat(latency.curve()).isSortedAccordingTo((l, r) -> Double.compare(l.y(), r.y()));
    }

    @Test
    void jsonComesBackAsTheSameReport(@TempDir Path folder) throws IOException {
        Report report = fixed();
        report.writeJson(folder.resolve("deep/report.json"));

        assertThat(
                        Report.JSON.readValue(
                                Files.readString(folder.resolve("deep/report.json")), Report.class))
                .isEqualTo(report);
    }

    @Test
    void thePageIsWholeAndNeedsNothingElse() {
        String page = Page.of(fixed());

        assertThat(page)
                .contains("<h1>fanout", "C epoll reference", "class=\"warnings\"", "polyline")
                .contains("0.85×")
                .doesNotContain("{{", "NaN", "Infinity", "http://", "https://", "<script src");
        assertThat(page).contains("a &lt;tag&gt; &amp; more").doesNotContain("<tag>");
    }

    @Test
    void theTextHoldsEveryFigureAndWarning() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        fixed().print(new PrintStream(bytes, true, UTF_8), new Fanout());

        assertThat(bytes.toString(UTF_8))
                .contains("CPU per delivery, us", "5.100", "0.85", "p99.9")
                .contains("! Myriad, io_uring, round 1: ");
    }

    @Test
    void figuresHaveTheDigitsThatMatter() {
        assertThat(Report.number(12)).isEqualTo("12");
        assertThat(Report.number(1_234_567)).isEqualTo("1,234,567");
        assertThat(Report.number(1_234.56)).isEqualTo("1,235");
        assertThat(Report.number(0.12345)).isEqualTo("0.123");
        assertThat(Report.number(12.345)).isEqualTo("12.35");
    }

    @Test
    void axesGetRoundTicks() {
        assertThat(Chart.ticks(0, 10)).containsExactly(0.0, 2.0, 4.0, 6.0, 8.0, 10.0);
        assertThat(Chart.ticks(0, 0.7)).hasSizeBetween(4, 8);
    }

    @Test
    void theLiveHeapIsTheTotalOfAHistogram() {
        assertThat(Heap.total(List.of("1:  3  4  [B", "Total        123      4567890")))
                .isEqualTo(4_567_890);
    }
}
