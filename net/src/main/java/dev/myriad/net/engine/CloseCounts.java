package dev.myriad.net.engine;

import dev.myriad.protocol.CloseCode;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** How many connections the server closed, by code. Confined as {@link Counters} are. */
final class CloseCounts {
    private static final int FIRST = CloseCode.NORMAL;
    private static final int LIBRARIES = 3000;
    private static final int APPLICATIONS = 4000;
    private static final int REGISTERED = 16;

    private final long[] counts = new long[REGISTERED + 2];

    /** One more. */
    void count(int code) {
        counts[index(code)]++;
    }

    void add(CloseCounts other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
    }

    /** By code, those of libraries under 3000 and those of applications under 4000. */
    Map<Integer, Long> byCode() {
        Map<Integer, Long> byCode = new TreeMap<>();
        for (int code = FIRST; code < FIRST + REGISTERED; code++) {
            if (CloseCode.validOnWire(code)) {
                byCode.put(code, counts[index(code)]);
            }
        }
        byCode.put(LIBRARIES, counts[index(LIBRARIES)]);
        byCode.put(APPLICATIONS, counts[index(APPLICATIONS)]);
        return Collections.unmodifiableMap(byCode);
    }

    private static int index(int code) {
        if (code < FIRST + REGISTERED) {
            return code - FIRST;
        }
        return code < APPLICATIONS ? REGISTERED : REGISTERED + 1;
    }
}
