package dev.myriad.cluster;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Where what nodes tell each other goes. A topic's name is no part of it: it may hold dots, spaces
 * and wildcards.
 */
final class Subjects {
    private final String prefix;
    private final AtomicReferenceArray<String> buckets = new AtomicReferenceArray<>(Buckets.COUNT);

    /**
     * @param cluster its name
     */
    Subjects(String cluster) {
        this.prefix = "myriad." + cluster + ".";
    }

    /** For those who listen to a bucket. */
    String bucket(int bucket) {
        String known = buckets.get(bucket);
        if (known == null) {
            known = prefix + "b." + bucket;
            buckets.set(bucket, known);
        }
        return known;
    }

    /** For one node. */
    String node(long origin) {
        return prefix + "n." + Long.toUnsignedString(origin, Character.MAX_RADIX);
    }

    /** For one of the logs. */
    LogSubjects log(LogKind kind) {
        return new LogSubjects(prefix, kind);
    }

    /** For all. */
    String everybody() {
        return prefix + "a";
    }
}
