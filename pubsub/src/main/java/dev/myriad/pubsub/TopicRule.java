package dev.myriad.pubsub;

import java.util.Optional;

/**
 * What a topic remembers. Immutable.
 *
 * @param local whether, in a cluster, each node has a topic of that name for itself
 */
public record TopicRule(
        Optional<HistoryRule> history,
        Optional<PresenceRule> presence,
        Optional<StateRule> state,
        boolean local) {
    /** Nothing. */
    public static final TopicRule NONE =
            new TopicRule(Optional.empty(), Optional.empty(), Optional.empty(), false);

    /** The same, and its messages. */
    public TopicRule history(HistoryRule rule) {
        return new TopicRule(Optional.of(rule), presence, state, local);
    }

    /** The same, and who is here. */
    public TopicRule presence(PresenceRule rule) {
        return new TopicRule(history, Optional.of(rule), state, local);
    }

    /** The same, and values by key. */
    public TopicRule state(StateRule rule) {
        return new TopicRule(history, presence, Optional.of(rule), local);
    }

    /**
     * The same, and nothing of it goes to other nodes, or comes from them: for what is true of one
     * node, such as its load.
     */
    public TopicRule ofEachNode() {
        return new TopicRule(history, presence, state, true);
    }
}
