package dev.myriad.pubsub;

import java.util.Optional;

/**
 * What a topic remembers, and tells of its own. Immutable.
 *
 * @param local whether, in a cluster, each node has a topic of that name for itself
 * @param gaps whether subscribers are told that they may have missed something
 */
public record TopicRule(
        Optional<HistoryRule> history,
        Optional<PresenceRule> presence,
        Optional<StateRule> state,
        boolean local,
        boolean gaps) {
    /** The event by which subscribers are told that they may have missed something. */
    public static final String GAP = "gap";

    /** Nothing. */
    public static final TopicRule NONE =
            new TopicRule(Optional.empty(), Optional.empty(), Optional.empty(), false, false);

    /** The same, and its messages. */
    public TopicRule history(HistoryRule rule) {
        return new TopicRule(Optional.of(rule), presence, state, local, gaps);
    }

    /** The same, and who is here. */
    public TopicRule presence(PresenceRule rule) {
        return new TopicRule(history, Optional.of(rule), state, local, gaps);
    }

    /** The same, and values by key. */
    public TopicRule state(StateRule rule) {
        return new TopicRule(history, presence, Optional.of(rule), local, gaps);
    }

    /**
     * The same, and nothing of it goes to other nodes, or comes from them: for what is true of one
     * node, such as its load.
     */
    public TopicRule ofEachNode() {
        return new TopicRule(history, presence, state, true, gaps);
    }

    /**
     * The same, and subscribers hear {@value #GAP} when messages of other nodes may not have come.
     * Those who are told the places of messages are not: they see for themselves.
     */
    public TopicRule tellingGaps() {
        return new TopicRule(history, presence, state, local, true);
    }
}
