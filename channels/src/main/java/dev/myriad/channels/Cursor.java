package dev.myriad.channels;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.myriad.protocol.Envelope;

/**
 * What a thread decodes messages with, again and again: the envelope, and the last event's name,
 * since most messages have the same. Confined to its thread.
 */
final class Cursor {
    private static final ThreadLocal<Cursor> OF_THREAD = ThreadLocal.withInitial(Cursor::new);
    private static final int REMEMBERED_BYTES_MAX = 64;

    final Envelope envelope = new Envelope();
    private String event = "";
    private byte[] eventUtf8 = {};

    private Cursor() {}

    static Cursor ofThread() {
        return OF_THREAD.get();
    }

    /** The envelope's event. */
    String event() {
        if (envelope.eventIs(eventUtf8)) {
            return event;
        }
        String other = envelope.event();
        byte[] utf8 = other.getBytes(UTF_8);
        if (utf8.length <= REMEMBERED_BYTES_MAX) {
            event = other;
            eventUtf8 = utf8;
        }
        return other;
    }
}
