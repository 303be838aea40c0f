package dev.myriad.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/** Reads what matters of a Phoenix message where it lies. Stateless. */
final class Answer {
    static final int NO_REF = -1;

    private static final byte[] OK = "\"status\":\"ok\"".getBytes(US_ASCII);

    private Answer() {}

    /** Whether both refs are null, as those of a broadcast. */
    static boolean isBroadcast(byte[] bytes, int from, int to) {
        return to - from > 10 && bytes[from + 1] == 'n' && bytes[from + 6] == 'n';
    }

    /** The second element as a number, or {@link #NO_REF} if it is none. */
    static int ref(byte[] bytes, int from, int to) {
        int at = from + 1;
        while (at < to && bytes[at] != ',') {
            at++;
        }
        at++;
        if (at >= to || bytes[at] != '"') {
            return NO_REF;
        }
        int digits = at + 1;
        int end = digits;
        while (end < to && bytes[end] != '"') {
            end++;
        }
        return end == to ? NO_REF : number(bytes, digits, end);
    }

    /** The number that some decimal digits stand for, or {@link #NO_REF} if they are none. */
    static int number(byte[] bytes, int from, int to) {
        if (from >= to || to - from > 10) {
            return NO_REF;
        }
        long number = 0;
        for (int i = from; i < to; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return NO_REF;
            }
            number = number * 10 + digit;
        }
        return number > Integer.MAX_VALUE ? NO_REF : (int) number;
    }

    static boolean isOk(byte[] bytes, int from, int to) {
        for (int i = from; i <= to - OK.length; i++) {
            if (bytes[i] == '"' && startsWith(bytes, i, to, OK)) {
                return true;
            }
        }
        return false;
    }

    static boolean startsWith(byte[] bytes, int from, int to, byte[] prefix) {
        return to - from >= prefix.length
                && Arrays.equals(bytes, from, from + prefix.length, prefix, 0, prefix.length);
    }
}
