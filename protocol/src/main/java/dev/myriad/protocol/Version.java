package dev.myriad.protocol;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Semantic versions (semver.org, 2.0.0) as far as the requirement {@code ~> 2.0.0} of Elixir needs
 * them. Immutable, so thread-safe.
 *
 * @param preRelease whether it comes before the version with these numbers
 */
record Version(int major, int minor, int patch, boolean preRelease) {
    private static final int LENGTH_MAX = 64;

    private static final String NUMBER = "(?:0|[1-9][0-9]{0,8})";
    private static final String IDENTIFIER = "(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)";
    private static final String BUILD = "(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?";
    private static final Pattern FORM =
            Pattern.compile(
                    "("
                            + NUMBER
                            + ")\\.("
                            + NUMBER
                            + ")\\.("
                            + NUMBER
                            + ")(-"
                            + IDENTIFIER
                            + "(?:\\."
                            + IDENTIFIER
                            + ")*)?"
                            + BUILD);

    private static Optional<Version> parse(String text) {
        if (text.length() > LENGTH_MAX) {
            return Optional.empty();
        }
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(
                        new Version(
                                Integer.parseInt(matcher.group(1)),
                                Integer.parseInt(matcher.group(2)),
                                Integer.parseInt(matcher.group(3)),
                                matcher.group(4) != null))
                : Optional.empty();
    }

    /** Whether the text is a version from the required one on and below its next minor version. */
    static boolean isCompatible(String text, String required) {
        Optional<Version> version = parse(text);
        Optional<Version> first = parse(required);
        return version.isPresent() && first.isPresent() && version.get().isFrom(first.get());
    }

    private boolean isFrom(Version first) {
        return major == first.major
                && minor == first.minor
                && (patch > first.patch
                        || (patch == first.patch && (!preRelease || first.preRelease)));
    }
}
