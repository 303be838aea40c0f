package dev.myriad.pubsub;

import java.util.Optional;

/** What a topic remembers. Immutable. */
public record TopicRule(
        Optional<HistoryRule> history, Optional<PresenceRule> presence, Optional<StateRule> state) {
    /** Nothing. */
    public static final TopicRule NONE =
            new TopicRule(Optional.empty(), Optional.empty(), Optional.empty());

    /** The same, and its messages. */
    public TopicRule history(HistoryRule rule) {
        return new TopicRule(Optional.of(rule), presence, state);
    }

    /** The same, and who is here. */
    public TopicRule presence(PresenceRule rule) {
        return new TopicRule(history, Optional.of(rule), state);
    }

    /** The same, and values by key. */
    public TopicRule state(StateRule rule) {
        return new TopicRule(history, presence, Optional.of(rule));
    }
}
