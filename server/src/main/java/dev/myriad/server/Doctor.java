package dev.myriad.server;

import dev.myriad.net.Application;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import dev.myriad.net.NetConfig;
import dev.myriad.net.Transport;
import dev.myriad.net.Transports;
import dev.myriad.net.Upgrade;
import dev.myriad.process.Processes;
import dev.myriad.protocol.RequestHead;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Says whether this machine can hold a number of connections, and what to set if it cannot. */
@Command(name = "doctor", description = "Says what this machine allows, and how to allow more.")
final class Doctor implements Callable<Integer> {
    @Option(
            names = "--conns",
            paramLabel = "N",
            defaultValue = "100000",
            description = "The target, up to 2,000,000. Default: ${DEFAULT-VALUE}.")
    private int connections;

    @Option(names = "--fix", description = "Set the kernel settings that are too low (needs root).")
    private boolean fix;

    @SuppressWarnings("NullAway.Init") // picocli sets it
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (connections < 1 || connections > 2_000_000) {
            throw new ParameterException(
                    spec.commandLine(), "--conns takes 1 to 2,000,000, not " + connections + ".");
        }
        PrintWriter out = spec.commandLine().getOut();
        Examination examination =
                new Examination(
                        Proc.SYSTEM, connections, uringObstacle(), Processes.canServeHogsLast());
        List<Check> checks = examination.checks();
        List<Check.Setting> fixes =
                checks.stream().map(Check::fix).flatMap(Optional::stream).toList();
        out.printf(
                Locale.ROOT,
                "%s %s, %d cores, Java %s. Target: %,d connections.%n%n",
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                Runtime.getRuntime().availableProcessors(),
                Runtime.version(),
                connections);
        checks.forEach(check -> out.println(line(check)));
        out.println();
        if (fix && !fixes.isEmpty()) {
            return set(fixes, out);
        }
        boolean enough = checks.stream().noneMatch(c -> c.verdict() == Check.Verdict.LOW);
        out.println(enough ? "This machine is ready." : "This machine is not ready.");
        if (!fixes.isEmpty()) {
            out.println("As root, \"./myriad doctor --fix\" with the same target does this:");
            fixes.forEach(setting -> out.println("  " + setting.command()));
        }
        return enough ? 0 : 1;
    }

    private static int set(List<Check.Setting> fixes, PrintWriter out) {
        for (Check.Setting setting : fixes) {
            try {
                Proc.SYSTEM.sysctl(setting);
                out.println("set: " + setting.command());
            } catch (IOException refused) {
                out.println("refused: " + setting.command() + " (" + refused.getMessage() + ")");
                return 1;
            }
        }
        out.println("These settings last until the next boot.");
        return 0;
    }

    static String line(Check check) {
        String mark =
                switch (check.verdict()) {
                    case OK -> "ok  ";
                    case LOW -> "LOW ";
                    case INFO -> "    ";
                };
        String needed =
                switch (check.verdict()) {
                    case OK, INFO -> check.needed();
                    case LOW -> "needs " + check.needed();
                };
        return String.format(
                        Locale.ROOT,
                        "  %s %-30s %-26s %s",
                        mark,
                        check.name(),
                        check.found(),
                        needed)
                .stripTrailing();
    }

    /**
     * Asks the kernel itself: opens a listener on a free port and sees which transport serves it.
     */
    private static Optional<String> uringObstacle() {
        try (Transport transport =
                Transports.start(
                        Transports.Kind.AUTO, NetConfig.of("127.0.0.1", 0), new Nothing())) {
            return transport.name().equals("uring")
                    ? Optional.empty()
                    : Optional.of(transport.reason());
        }
    }

    private static final class Nothing implements Application {
        @Override
        public void upgrade(RequestHead request, Upgrade upgrade) {
            upgrade.refuse(503, "");
        }

        @Override
        public HttpAnswer http(HttpQuestion question) {
            return HttpAnswer.text(503, "");
        }
    }
}
