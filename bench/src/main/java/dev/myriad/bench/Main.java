package dev.myriad.bench;

import dev.myriad.bench.processes.ProcessBench;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;

/** The command line of the load generator. */
@Command(
        name = "myriad bench",
        mixinStandardHelpOptions = true,
        subcommands = {
            Idle.class,
            Fanout.class,
            Echo.class,
            Mixed.class,
            Storm.class,
            Hostile.class,
            Soak.class,
            Cold.class,
            PresenceBench.class,
            ResumeBench.class,
            KeyedBench.class,
            ClusterBench.class,
            ProcessBench.class
        },
        description =
                "Loads a server with many clients, or a JVM with many processes, and measures it.")
public final class Main {
    /** Exits with 1 if it cannot measure, with 2 if the command makes no sense. */
    public static void main(String[] arguments) {
        int status = commandLine().execute(arguments);
        if (status != 0) {
            System.exit(status);
        }
    }

    static CommandLine commandLine() {
        IParameterExceptionHandler senseless =
                (failure, _) -> {
                    failure.getCommandLine()
                            .getErr()
                            .println("myriad bench: " + failure.getMessage() + " See --help.");
                    return CommandLine.ExitCode.USAGE;
                };
        IExecutionExceptionHandler refused =
                (failure, command, _) -> {
                    if (!(failure instanceof BenchException)) {
                        throw failure;
                    }
                    command.getErr().println("myriad bench: " + failure.getMessage());
                    return CommandLine.ExitCode.SOFTWARE;
                };
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(senseless)
                .setExecutionExceptionHandler(refused);
    }
}
