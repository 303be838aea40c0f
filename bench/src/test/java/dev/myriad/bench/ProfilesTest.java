package dev.myriad.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.myriad.net.uring.Probe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each profile from end to end, small, against a server in this JVM. */
class ProfilesTest {
    @TempDir private Path folder;

    @BeforeEach
    void needsIoUring() {
        assumeTrue(Probe.obstacle().isEmpty());
    }

    private Report run(TinyServer server, String command) throws IOException {
        Path json = folder.resolve("report.json");
        String all = command + " --url " + server.url() + " --json " + json;
        assertThat(Main.commandLine().execute(all.split(" ", -1))).isZero();
        return Report.JSON.readValue(Files.readString(json), Report.class);
    }

    private static double value(Report report, String metric) {
        return report.row(metric).orElseThrow().first().median();
    }

    /** What a busy machine may rightly be warned of is no failure of the generator. */
    private static void assertSound(Report report) {
        assertThat(report.warnings())
                .noneMatch(warning -> warning.contains("were ") || warning.contains("Only "))
                .noneMatch(warning -> warning.contains("Not ") || warning.contains("never"));
    }

    @Test
    void everyIdleClientGetsItsHeartbeatAnswered() throws IOException {
        try (TinyServer server = new TinyServer(0)) {
            Report report = run(server, "idle --conns 50 --hold 0 --topics 3 --client-threads 2");

            assertThat(value(report, "joined clients")).isEqualTo(50);
            assertThat(value(report, "heartbeats answered")).isEqualTo(50);
            assertSound(report);
        }
    }

    @Test
    void whoIsRefusedTriesAgain() throws IOException {
        try (TinyServer server = new TinyServer(5)) {
            Report report = run(server, "idle --conns 20 --hold 0");

            assertThat(value(report, "joined clients")).isEqualTo(20);
            assertThat(value(report, "retries, clients")).isEqualTo(5);
            assertThat(report.warnings())
                    .anyMatch(
                            warning ->
                                    warning.contains("5 attempts")
                                            && warning.contains("HTTP/1.1 503"));
        }
    }

    @Test
    void everySubscriberGetsEveryBroadcast() throws IOException {
        try (TinyServer server = new TinyServer(0)) {
            Report report =
                    run(server, "fanout --subs 30 --messages 40 --warmup 0 --client-threads 2");

            assertThat(value(report, "broadcasts")).isEqualTo(40);
            assertThat(value(report, "deliveries")).isEqualTo(30 * 40);
            assertThat(report.runs().getFirst().latencies().getFirst().count()).isEqualTo(30 * 40);
            assertSound(report);
        }
    }

    @Test
    void echoesComeBack() throws IOException {
        try (TinyServer server = new TinyServer(0)) {
            Report report = run(server, "echo --conns 5 --seconds 300ms --warmup 100ms");

            assertThat(value(report, "echoes")).isPositive();
            assertSound(report);
        }
    }

    @Test
    void echoesLeaveAtTheirRateBesideBroadcasts() throws IOException {
        try (TinyServer server = new TinyServer(0)) {
            Report report =
                    run(
                            server,
                            "mixed --viewers 10 --conns 5 --rate 200 --every 100ms --seconds 1 --warmup 0");

            assertThat(value(report, "echoes")).isBetween(200.0, 201.0);
            assertThat(value(report, "deliveries")).isBetween(100.0, 110.0);
            assertSound(report);
        }
    }

    @Test
    void allComeBackAfterAStorm() throws IOException {
        try (TinyServer server = new TinyServer(0)) {
            for (String how : new String[] {"", " --fin"}) {
                Report report = run(server, "storm --conns 40" + how);

                assertThat(value(report, "not back")).isZero();
                assertThat(value(report, "heartbeats answered")).isEqualTo(40);
                assertSound(report);
            }
        }
    }

    @Test
    void neighboursAreMeasuredBesideEachAttack() throws IOException {
        try (TinyServer server = new TinyServer(0)) {
            Report report =
                    run(
                            server,
                            "hostile --neighbours 5 --neighbour-rate 100 --rate 500 --seconds 400ms"
                                    + " --warmup 0");

            for (Attack attack : Attack.values()) {
                String label = attack.label();
                double acts = value(report, label + ": acts");
                assertThat(acts).as(label).isBetween(attack.awaitsAnswers() ? 1 : 400.0, 600.0);
                assertThat(value(report, HostileTable.p99(label))).as(label).isPositive();
                assertThat(report.latencies(report.servers().getFirst(), label).getFirst().count())
                        .as(label)
                        .isBetween(40L, 41L);
            }
            assertThat(value(report, "depth: refused, offencesMax")).isPositive();
            assertThat(value(report, "depth: connections that the server ended")).isPositive();
            assertThat(value(report, "topics: connections that the server ended")).isZero();
            assertSound(report);
        }
    }
}
