package dev.myriad.compat;

import java.util.List;

/** Runs all checks on each transport; exits with 1 if one fails. */
final class Main {
    private Main() {}

    /**
     * Runs.
     *
     * @param arguments the launcher that starts a server
     */
    static void main(String[] arguments) throws Exception {
        Report report = new Report();
        for (String transport : List.of("uring", "netty")) {
            report.suite("JavaPhoenixClient 1.3.1, " + transport + " transport");
            try (MyriadServer server = MyriadServer.demo(arguments[0], transport);
                    MyriadServer remembering =
                            MyriadServer.program(
                                    arguments[0], "phoenix-js/Remembering.java", transport)) {
                new PresenceChecks(report, remembering).run();
                new ClientChecks(report, server).run();
            } catch (MyriadServer.Unusable unusable) {
                report.skipped(unusable.getMessage());
            }
        }
        System.exit(report.end());
    }
}
