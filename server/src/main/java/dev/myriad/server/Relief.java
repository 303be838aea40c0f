package dev.myriad.server;

import java.util.Map;

/**
 * Tells when a collection of the whole heap gives memory back: clients made the server hold much,
 * and for some seconds have held little again. Without one the JVM keeps what its heap once took.
 * Used by one thread.
 */
final class Relief {
    static final int CALM_SECONDS = 5;

    /** Of its budget: whoever had so much made the heap grow. */
    private static final double MUCH = 0.5;

    private static final double LITTLE = 0.25;

    private boolean grown;
    private int calmSeconds;

    /**
     * Looks, once a second; whether it is time to collect.
     *
     * @param held bytes of each kind
     * @param heldMax what they may be, by the same keys
     */
    boolean isDue(Map<String, Long> held, Map<String, Long> heldMax) {
        double fullest = 0;
        for (Map.Entry<String, Long> kind : held.entrySet()) {
            long most = Math.max(1, heldMax.getOrDefault(kind.getKey(), 1L));
            fullest = Math.max(fullest, (double) kind.getValue() / most);
        }
        grown |= fullest > MUCH;
        calmSeconds = fullest < LITTLE ? calmSeconds + 1 : 0;
        if (grown && calmSeconds >= CALM_SECONDS) {
            grown = false;
            return true;
        }
        return false;
    }
}
