package dev.myriad.pubsub;

/**
 * Which topics: one topic, or all that begin with a prefix. Immutable.
 *
 * @param text a topic, or a prefix and {@code *}
 */
public record TopicPattern(String text) {
    /**
     * @throws IllegalArgumentException if it is neither
     */
    public TopicPattern {
        int star = text.indexOf('*');
        if (text.isEmpty() || (star >= 0 && star != text.length() - 1)) {
            throw new IllegalArgumentException(
                    "a topic pattern is a topic, or a prefix and * at its end: \"%s\"; write \"%s\","
                                    .formatted(text, text.substring(0, Math.max(star, 0)) + "*")
                            + " and look at the rest in join");
        }
        int brace = text.indexOf('{');
        if (brace >= 0 && text.indexOf('}') > brace) {
            throw new IllegalArgumentException(
                    "a topic pattern has no parameters, as \"%s\": write \"%s*\", and take the rest from join's topic"
                            .formatted(text, text.substring(0, brace)));
        }
    }

    public boolean matches(String topic) {
        return isPrefix() ? topic.startsWith(prefix()) : topic.equals(text);
    }

    /** Whether no topic is left for another pattern that is looked at after this one. */
    public boolean shadows(TopicPattern later) {
        return isPrefix()
                ? later.prefix().startsWith(prefix())
                : !later.isPrefix() && later.text.equals(text);
    }

    private boolean isPrefix() {
        return text.endsWith("*");
    }

    private String prefix() {
        return isPrefix() ? text.substring(0, text.length() - 1) : text;
    }

    @Override
    public String toString() {
        return text;
    }
}
