package dev.myriad.pubsub;

import java.security.SecureRandom;

/** Names of epochs. */
final class Epochs {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Epochs() {}

    /** One that never was, after a restart neither. */
    static String next() {
        return Long.toString(RANDOM.nextLong() >>> 1, Character.MAX_RADIX);
    }

    /** Eight bytes that stand for it in binary messages: the first of its FNV-1a hash. */
    static long hash(String epoch) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < epoch.length(); i++) {
            hash = (hash ^ epoch.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }
}
