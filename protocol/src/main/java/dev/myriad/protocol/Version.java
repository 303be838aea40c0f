package dev.myriad.protocol;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Semantic versions (semver.org, 2.0.0) as far as the requirement {@code ~> n.0.0} of Elixir needs
 * them. Thread-safe: no state.
 */
final class Version {
    private static final int LENGTH_MAX = 64;

    private static final String NUMBER = "(?:0|[1-9][0-9]*)";
    private static final String IDENTIFIER = "(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)";
    private static final String BUILD = "(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?";
    private static final Pattern MINOR_ZERO =
            Pattern.compile(
                    "("
                            + NUMBER
                            + ")\\.0\\.("
                            + NUMBER
                            + ")(-"
                            + IDENTIFIER
                            + "(?:\\."
                            + IDENTIFIER
                            + ")*)?"
                            + BUILD);

    private Version() {}

    /**
     * Whether the text is a version from n.0.0 on and below n.1.0; a pre-release of n.0.0 itself
     * comes before it.
     */
    static boolean isCompatible(String text, int major) {
        if (text.length() > LENGTH_MAX) {
            return false;
        }
        Matcher version = MINOR_ZERO.matcher(text);
        if (!version.matches() || !version.group(1).equals(Integer.toString(major))) {
            return false;
        }
        boolean preRelease = version.group(3) != null;
        return !preRelease || !version.group(2).equals("0");
    }
}
