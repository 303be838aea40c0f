package dev.myriad.pubsub;

import java.util.Locale;

/** What a topic cannot remember, or is not asked to. */
public final class TopicException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Why. */
    public enum Code {
        /** The topic has no rule for that. */
        NO_RULE,

        /** The channel tracks that key already: update it. */
        ALREADY_TRACKED,

        /** The channel does not track that key. */
        NOT_TRACKED,

        /** The key is longer than the rule allows. */
        KEY_TOO_LONG,

        /** The channel tracks, or the topic has, as many keys as the rule allows. */
        TOO_MANY_KEYS,

        /** The meta or value is larger than the rule allows. */
        TOO_LARGE,

        /** The server has no memory left for what topics remember. */
        OVERLOADED,

        /** In a cluster: the log that the values are in is away, and they cannot be known now. */
        UNAVAILABLE;

        /** As clients hear it, {@code too_large}. */
        public String reason() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Code code;

    public TopicException(Code code, String message) {
        super(message);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
