package dev.myriad.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class OptionsTest {
    private static final int USAGE = 2;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "idle --conns x",
                "idle --conns 0",
                "idle --hold soon",
                "idle --topics 7 --conns 5",
                "fanout --window 99",
                "fanout --payload 3",
                "fanout --server nginx",
                "fanout --url ws://h/ --against reference",
                "echo --rounds 0",
                "echo --client-threads 0",
                "mixed --rate 0",
                "mixed --every 0",
                "storm --in-flight 0",
                "hostile --only kindness",
                "hostile --neighbours 0",
                "hostile --seconds 0",
                "cold --rounds 0",
                "cold --conns 0",
                "cold --first 0",
                "cold --transport carrier-pigeon",
                "dance"
            })
    void aSenselessCommandIsRefusedInOneSentence(String command) {
        StringWriter said = new StringWriter();
        CommandLine line = Main.commandLine().setErr(new PrintWriter(said, true));

        assertThat(line.execute(command.split(" ", -1))).isEqualTo(USAGE);
        assertThat(said.toString()).startsWith("myriad bench: ").hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"idle", "fanout", "echo", "mixed", "storm", "hostile", "soak"})
    void everyProfileExplainsItself(String profile) {
        StringWriter said = new StringWriter();
        CommandLine line = Main.commandLine().setOut(new PrintWriter(said, true));

        assertThat(line.execute(profile, "--help")).isZero();
        assertThat(said.toString()).contains("--against", "--client-threads", "--report");
    }

    @Test
    void readsAnIssueCommand() {
        CommandLine.ParseResult parsed =
                Main.commandLine()
                        .parseArgs(
                                "fanout",
                                "--subs",
                                "50000",
                                "--seconds",
                                "3",
                                "--server",
                                "myriad-netty",
                                "--against",
                                "reference",
                                "--rounds",
                                "3");
        Fanout fanout = (Fanout) parsed.subcommand().commandSpec().userObject();

        fanout.check();
        assertThat(fanout.connections()).isEqualTo(50_000);
        assertThat(fanout.settings()).containsEntry("measured", "3 s");
        assertThat(fanout.options().kinds())
                .containsExactly(ServerKind.MYRIAD_NETTY, ServerKind.REFERENCE);
    }

    @Test
    void durationsHaveUnits() {
        DurationOption option = new DurationOption();

        assertThat(option.convert("500ms")).isEqualTo(Duration.ofMillis(500));
        assertThat(option.convert("90s")).isEqualTo(Duration.ofSeconds(90));
        assertThat(option.convert("2m")).isEqualTo(Duration.ofMinutes(2));
        assertThat(option.convert("7")).isEqualTo(Duration.ofSeconds(7));
        assertThatThrownBy(() -> option.convert("-1s"))
                .isInstanceOf(CommandLine.TypeConversionException.class);
    }

    @Test
    void theUrlGetsTheProtocolVersion() {
        assertThat(Target.of("ws://127.0.0.1:4000/socket/websocket").path())
                .isEqualTo("/socket/websocket?vsn=2.0.0");
        assertThat(Target.of("ws://127.0.0.1/s?token=a").path()).isEqualTo("/s?token=a&vsn=2.0.0");
        assertThat(Target.of("ws://127.0.0.1/s?vsn=1.0.0").path()).isEqualTo("/s?vsn=1.0.0");
        assertThat(Target.of("ws://127.0.0.1").port()).isEqualTo(80);
        assertThatThrownBy(() -> Target.of("http://127.0.0.1/"))
                .isInstanceOf(BenchException.class)
                .hasMessageContaining("ws://");
    }

    @Test
    void serversTakeTurnsAtGoingFirst() {
        assertThat(Bench.inTurn(List.of("a", "b"), 1)).containsExactly("a", "b");
        assertThat(Bench.inTurn(List.of("a", "b"), 2)).containsExactly("b", "a");
    }

    @Test
    void clientsAreSharedOutOverThreadsAndRings() {
        Target target = Target.local(80);
        Messages messages = new Messages(target, Topics.one("t"), 0);
        Plan plan =
                new Plan(
                        target,
                        messages,
                        100_001,
                        2,
                        18_000,
                        0,
                        10,
                        Plan.Batching.BULK,
                        new Broadcasts());

        assertThat(plan.clientsOfThread(0)).isEqualTo(50_001);
        assertThat(plan.clientsOfThread(1)).isEqualTo(50_000);
        assertThat(plan.firstOfThread(1)).isEqualTo(50_001);
        assertThat(plan.ringsOfThread(0)).isEqualTo(3);
        assertThat(Integer.bitCount(plan.buffersPerRing())).isEqualTo(1);
        assertThat(Integer.bitCount(plan.bufferBytes())).isEqualTo(1);
    }
}
