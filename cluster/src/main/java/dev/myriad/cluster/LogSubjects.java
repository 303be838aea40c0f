package dev.myriad.cluster;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/** Where what goes to a log, and comes from it, goes. Immutable. */
final class LogSubjects {
    private static final int HASH_BYTES = 16;

    private final String prefix;
    private final LogKind kind;

    /**
     * @param prefix the cluster's
     */
    LogSubjects(String prefix, LogKind kind) {
        this.prefix = prefix;
        this.kind = kind;
    }

    /** To the log, of a topic. */
    String of(String topic) {
        return all() + Buckets.of(topic) + "." + hash(topic);
    }

    /** To the log, of all topics: the beginning of each. */
    String all() {
        return prefix + kind.to + ".";
    }

    /** To the log, of nobody. */
    String probe() {
        return all() + "probe";
    }

    /** From the log, of all topics: the beginning of each, which goes on as it does to the log. */
    String told() {
        return prefix + kind.told + ".";
    }

    /** From the log, to those who listen to a bucket. */
    String told(int bucket) {
        return told() + bucket + ".*";
    }

    /** From the log, what became of a node's messages: an id follows. */
    String acknowledged(String run) {
        return prefix + kind.acknowledged + "." + run + ".";
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
}
