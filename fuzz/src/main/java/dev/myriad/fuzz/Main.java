package dev.myriad.fuzz;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The command line: tries the parsers one after the other, and stops at the first finding. */
public final class Main {
    private static final Duration NO_END = Duration.ofDays(365);
    private static final PrintStream OUT =
            new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private long inputs = 1_000_000;
    private long seed = System.nanoTime();
    private long from;
    private List<Parser> parsers = List.of(Parser.values());

    private Main() {}

    /** Exits with 1 for a finding, with 2 for a mistake in the arguments. */
    public static void main(String[] args) throws IOException {
        Main main = new Main();
        try {
            main.read(args);
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException _) {
            System.err.println(
                    "usage: ./myriad fuzz [--inputs N] [--seed S] [--from INPUT] [--only PARSER[,PARSER...]]\n"
                            + "parsers: "
                            + Arrays.toString(Parser.values()));
            System.exit(2);
        }
        System.exit(main.run() ? 0 : 1);
    }

    private void read(String[] args) {
        for (int i = 0; i < args.length; i += 2) {
            String value = args[i + 1];
            switch (args[i]) {
                case "--inputs" -> inputs = Long.parseLong(value);
                case "--seed" -> seed = Long.parseLong(value);
                case "--from" -> from = Long.parseLong(value);
                case "--only" ->
                        parsers =
                                Arrays.stream(value.split(",", -1))
                                        .map(
                                                name ->
                                                        name.toUpperCase(Locale.ROOT)
                                                                .replace('-', '_'))
                                        .map(Parser::valueOf)
                                        .toList();
                default -> throw new IllegalArgumentException(args[i]);
            }
        }
    }

    private boolean run() throws IOException {
        for (Parser parser : parsers) {
            Target target = parser.target();
            if (target == null) {
                OUT.println("SKIPPED  " + parser + ": Node is missing");
                continue;
            }
            Meter meter = parser.meter();
            Fuzzer fuzzer = new Fuzzer(target, meter, seed);
            long begun = System.nanoTime();
            try {
                long tried = fuzzer.run(from, inputs, NO_END);
                double seconds = (System.nanoTime() - begun) / 1e9;
                OUT.printf(
                        Locale.ROOT,
                        "ok       %-18s %,d inputs, seed %d, %,.0f a second (%.2f us of a processor each), allocated %.0f%% of the bound at most%n",
                        parser,
                        tried,
                        seed,
                        tried / seconds,
                        fuzzer.cpu().toNanos() / 1e3 / tried,
                        100 * meter.most());
            } catch (Finding finding) {
                OUT.println("FINDING  " + parser + ", " + finding.getMessage());
                finding.printStackTrace(OUT);
                return false;
            }
        }
        return true;
    }
}
