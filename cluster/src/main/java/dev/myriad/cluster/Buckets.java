package dev.myriad.cluster;

import java.nio.charset.StandardCharsets;

/**
 * Topics by hash: nodes listen to buckets, not to topics, so that a million topics cost no more
 * than there are buckets, and each message of a node to a bucket has a number. All nodes of a
 * cluster have to agree on it, so it never changes.
 */
final class Buckets {
    static final int COUNT = 1 << 16;

    private static final long FNV_BASIS = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private Buckets() {}

    /** FNV-1a over the name's UTF-8, finished as MurmurHash3 does; its highest 16 bits. */
    static int of(String topic) {
        long hash = FNV_BASIS;
        for (byte each : topic.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (each & 0xff)) * FNV_PRIME;
        }
        hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
        return (int) (hash >>> 48);
    }
}
