package dev.myriad.server;

import dev.myriad.net.NetException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;

/** The command line of the server. */
@Command(
        name = "myriad",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {Serve.class, Demo.class, ClusterHere.class, Doctor.class, Train.class},
        description = "A realtime server that speaks the Phoenix Channels protocol.")
public final class Main {
    /** Exits with 1 if the machine refuses something, with 2 if the command makes no sense. */
    public static void main(String[] arguments) {
        int status;
        try {
            status = commandLine().execute(arguments);
        } catch (RuntimeException | Error e) { // no descriptor to read the jars by, for instance
            System.err.println(
                    "myriad: it cannot start; are there too few threads, open files or too little"
                            + " memory? ("
                            + e
                            + ")");
            Runtime.getRuntime().halt(CommandLine.ExitCode.SOFTWARE); // whoever started is left
            throw e;
        }
        if (status != 0) {
            System.exit(status);
        }
    }

    static CommandLine commandLine() {
        IParameterExceptionHandler senseless =
                (failure, _) -> {
                    failure.getCommandLine()
                            .getErr()
                            .println("myriad: " + failure.getMessage() + " See --help.");
                    return CommandLine.ExitCode.USAGE;
                };
        IExecutionExceptionHandler refused =
                (failure, command, _) -> {
                    if (!(failure instanceof NetException)) {
                        throw failure;
                    }
                    command.getErr().println("myriad: " + failure.getMessage());
                    return CommandLine.ExitCode.SOFTWARE;
                };
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(senseless)
                .setExecutionExceptionHandler(refused);
    }
}
