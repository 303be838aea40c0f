package dev.myriad.protocol;

import java.net.InetAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Host and port, as they stand in {@code Host} and in absolute targets (RFC 3986, section 3.2),
 * without a user. Thread-safe: no state.
 */
final class Authority {
    private static final int PORT_MAX = 65_535;
    private static final Pattern FORM =
            Pattern.compile("(?:\\[([^\\[\\]]*)]|([^\\[\\]:]*))(?::([0-9]*))?");

    /**
     * These patterns read what strangers send: a long text takes them neither much time, since
     * there is one way only to match it, nor stack, since no group is repeated.
     */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._~!$&'()*+,;=%-]*");

    private static final Pattern BROKEN_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*");
    private static final Pattern FUTURE =
            Pattern.compile("[vV][0-9A-Fa-f]+\\.[A-Za-z0-9._~!$&'()*+,;=:-]+");

    private Authority() {}

    /** Whether it is one; the host may be empty, as in {@code Host} it may. */
    static boolean isValid(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return false;
        }
        @Nullable String address = matcher.group(1);
        boolean host = address == null ? isName(matcher.group(2)) : isAddress(address);
        return host && isPort(matcher.group(3));
    }

    private static boolean isName(String text) {
        return NAME.matcher(text).matches() && !BROKEN_ESCAPE.matcher(text).find();
    }

    private static boolean isAddress(String text) {
        if (FUTURE.matcher(text).matches()) {
            return true;
        }
        try {
            return IPV6.matcher(text).matches() && InetAddress.ofLiteral(text) != null;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static boolean isPort(@Nullable String digits) {
        int port = 0;
        for (int i = 0; digits != null && i < digits.length() && port <= PORT_MAX; i++) {
            port = port * 10 + digits.charAt(i) - '0';
        }
        return port <= PORT_MAX;
    }
}
