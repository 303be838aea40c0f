package dev.myriad.cluster;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Where what nodes tell each other goes. A topic's name is no part of it: it may hold dots, spaces
 * and wildcards.
 */
final class Subjects {
    private static final int HASH_BYTES = 16;

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

    /** For the log, of a topic. */
    String logged(String topic) {
        return logged() + Buckets.of(topic) + "." + hash(topic);
    }

    /** For the log, of all topics: the beginning of each. */
    String logged() {
        return prefix + "h.";
    }

    /** For the log, of nobody. */
    String logProbe() {
        return logged() + "probe";
    }

    /** From the log, of all topics: the beginning of each, which goes on as it does to the log. */
    String told() {
        return prefix + "l.";
    }

    /** From the log, to those who listen to a bucket. */
    String told(int bucket) {
        return told() + bucket + ".*";
    }

    /** From the log, what became of a node's messages: an id follows. */
    String acknowledged(String run) {
        return prefix + "k." + run;
    }

    /** So much of it that nobody finds another topic with the same. */
    private static String hash(String topic) {
        try {
            byte[] whole =
                    MessageDigest.getInstance("SHA-256")
                            .digest(topic.getBytes(StandardCharsets.UTF_8));
            byte[] half = Arrays.copyOf(whole, HASH_BYTES);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(half);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** For all. */
    String everybody() {
        return prefix + "a";
    }
}
