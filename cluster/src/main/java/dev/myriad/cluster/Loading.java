package dev.myriad.cluster;

import java.util.ArrayDeque;

/** The newest messages of a topic that knows nothing, as they are read. Confined to the reader. */
final class Loading {
    private static final int BYTES_FACTOR = 2;

    final LoggedTopic topic;

    /** Its newest message, if that was looked up. */
    long last;

    final ArrayDeque<LogEntry> newest = new ArrayDeque<>();

    /** All after it has been read. */
    long floor;

    private long bytes;
    private boolean full;

    /** Of the topic, when this began. */
    final int beginnings;

    Loading(LoggedTopic topic) {
        this.topic = topic;
        this.beginnings = topic.beginnings();
    }

    void begin(long from) {
        newest.clear();
        bytes = 0;
        full = false;
        floor = from - 1;
    }

    void add(long place, NodeMessage message) {
        LogEntry before = newest.peekLast();
        newest.add(new LogEntry(place, before == null ? 0 : before.place(), message));
        bytes += LogEntry.bytesOf(message);
        while (newest.size() > topic.rule.count()
                || (bytes > BYTES_FACTOR * topic.rule.bytes() && newest.size() > 1)) {
            LogEntry oldest = newest.remove();
            bytes -= LogEntry.bytesOf(oldest.message());
            floor = oldest.place();
            full = true;
        }
    }

    boolean isFull() {
        return full || newest.size() >= topic.rule.count();
    }
}
