package dev.myriad.pubsub;

/** The events that a topic with a memory sends of its own. */
final class Events {
    static final String POSITION = "position";
    static final String PRESENCE_STATE = "presence_state";
    static final String PRESENCE_DIFF = "presence_diff";
    static final String PRESENCE_COUNT = "presence_count";
    static final String STATE = "state";
    static final String STATE_DIFF = "state_diff";

    private Events() {}
}
