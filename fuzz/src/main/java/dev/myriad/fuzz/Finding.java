package dev.myriad.fuzz;

import java.util.HexFormat;

/** An input on which a parser misbehaved, with all it takes to repeat it. */
final class Finding extends AssertionError {
    private static final long serialVersionUID = 1L;

    Finding(long seed, long iteration, byte[] input, Throwable cause) {
        super(
                "seed %d, iteration %d: %s%ninput of %d bytes: %s"
                        .formatted(
                                seed,
                                iteration,
                                cause,
                                input.length,
                                HexFormat.of().formatHex(input)),
                cause);
    }
}
