package dev.myriad.protocol;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The time as HTTP writes it (IMF-fixdate, RFC 9110, section 5.6.7), formatted once a second.
 * Immutable; {@link #now} is thread-safe.
 */
record HttpDate(long second, String text) {
    private static final DateTimeFormatter FORM =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);

    private static volatile HttpDate latest = of(0);

    static String now() {
        long second = System.currentTimeMillis() / 1_000;
        HttpDate date = latest;
        if (date.second != second) {
            date = of(second);
            latest = date;
        }
        return date.text;
    }

    static HttpDate of(long second) {
        return new HttpDate(second, FORM.format(Instant.ofEpochSecond(second)));
    }
}
