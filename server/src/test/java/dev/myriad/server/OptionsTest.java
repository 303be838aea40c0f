package dev.myriad.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.net.NetConfig;
import dev.myriad.net.TrustedProxies;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class OptionsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "serve --port 70000        | --port takes 0 to 65535, not 70000.",
                "serve --shards 0          | --shards takes 1 to 1024, not 0.",
                "serve --max-connections 0 | --max-connections takes 1 or more, not 0.",
                "serve --drain-rate -1     | --drain-rate takes 0 or more, not -1.",
                "serve --max-connects-per-second -1 | --max-connects-per-second takes 0 or more",
                "serve --max-joins-per-second -1    | --max-joins-per-second takes 0 or more",
                "serve --idle-timeout soon | is no time: write 500ms, 60s, 5m, 1h or 0",
                "serve --trusted-proxy 10.0.0.0/8,proxy | --trusted-proxy: not a network: \"proxy\"; write it as",
                "serve --transport smoke   | expected one of [AUTO, URING, NETTY]",
                "serve --cluster chat      | a node of a cluster needs --nats.",
                "serve --nats nats://h --node a.b   | \"a.b\" is no name for a cluster or a node",
                "cluster --nodes 0         | --nodes takes 1 to 16",
                "serve --nonsense          | Unknown option: '--nonsense'",
                "doctor --conns 3000000    | --conns takes 1 to 2,000,000, not 3000000.",
                "dance                     | Unmatched argument",
            })
    void aSenselessCommandIsOneClearSentenceAndExit2(String line, String sentence) {
        StringWriter err = new StringWriter();
        CommandLine command = Main.commandLine().setErr(new PrintWriter(err, true));
        assertThat(command.execute(line.split(" "))).isEqualTo(2);
        assertThat(err.toString()).startsWith("myriad: ").contains(sentence);
        assertThat(err.toString().lines()).hasSize(1);
    }

    @Test
    void proxiesAreNamedInOneOptionOrSeveral() {
        Options options = new Options();
        new CommandLine(options)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .parseArgs(
                        "--trusted-proxy", "127.0.0.1,10.0.0.0/8", "--trusted-proxy", "fd00::/8");
        NetConfig config = options.shared.config("localhost", 0);
        assertThat(config.trustedProxies())
                .hasToString(
                        TrustedProxies.of(List.of("127.0.0.1", "10.0.0.0/8", "fd00::/8"))
                                .toString());
    }

    @CommandLine.Command
    private static final class Options {
        @CommandLine.Mixin private ServeOptions shared = new ServeOptions();
    }

    @Test
    void helpNamesTheCommandsForPeople() {
        assertThat(Main.commandLine().getUsageMessage())
                .contains("serve", "demo", "cluster", "doctor")
                .doesNotContain("train");
    }
}
