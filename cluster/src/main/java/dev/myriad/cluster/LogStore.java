package dev.myriad.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Keeps bytes by subject, numbered in one order over all subjects: what the cluster needs of
 * JetStream. What is stored is told to those who listen to it on the {@link Bus}, see {@link
 * Bus.Listener#logged}. Thread-safe; everything waits but {@link #append}.
 */
interface LogStore {
    /**
     * Finds it, or makes it, and tries whether it stores anything.
     *
     * @param kept for how long at least it is to keep what it stores
     */
    State open(Duration kept) throws IOException;

    State state() throws IOException;

    /**
     * What there is.
     *
     * @param epoch numbers of different ones cannot be compared
     * @param first the number of the oldest message that it has
     * @param last the number of the newest, or of the last that it had
     * @param bytes what it takes
     * @param bytesMax what it may take, beyond which it refuses or forgets
     */
    record State(String epoch, long first, long last, long bytes, long bytesMax) {
        /** Whether there is so little room left that it is for what makes some. */
        boolean isFull() {
            return bytes > bytesMax / 10 * 9;
        }
    }

    /** For so long it knows a message again. */
    Duration REPEATED_WITHIN = Duration.ofSeconds(20);

    /**
     * Hands it a message; the bus's listener is told by this id what becomes of that. Again with
     * the same id, within {@link #REPEATED_WITHIN}, it does nothing but that.
     *
     * @param session the connection by which it is to go, for what went by another may be lost
     * @return whether it was taken to be sent
     */
    boolean append(long session, String subject, long id, byte[] message);

    /** Takes out what there is of a subject up to a number. */
    void trim(String subject, long upTo) throws IOException;

    /** How many bytes a message may have. */
    long bytesMax();

    /** The message with a number, if it is there. */
    Optional<byte[]> get(long sequence) throws IOException;

    /** The number of the newest message of a subject; 0 if there is none. */
    long last(String subject) throws IOException;

    /** How many messages there are of a subject. */
    long count(String subject) throws IOException;

    /**
     * Reads what there is from a number on, at least up to another.
     *
     * @param subjects one, or all that match it
     */
    void read(String subjects, long from, long upTo, Reader reader) throws IOException;

    /** Gets what is read, in its order. */
    @FunctionalInterface
    interface Reader {
        void take(long sequence, String subject, byte[] message);
    }
}
