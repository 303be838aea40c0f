package dev.myriad.cluster;

/**
 * A message in the log. Immutable.
 *
 * @param previous the place of the one before it of its topic, or one before that
 */
record LogEntry(long place, long previous, NodeMessage message) {
    private static final int ENTRY_BYTES = 200;

    /** Roughly what a message takes. */
    static int bytesOf(NodeMessage message) {
        return message instanceof NodeMessage.Logged it
                ? ENTRY_BYTES + it.payload().bytes().length + it.frame().length
                : ENTRY_BYTES;
    }
}
