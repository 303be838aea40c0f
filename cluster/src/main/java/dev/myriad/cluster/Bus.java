package dev.myriad.cluster;

import java.time.Duration;

/**
 * Carries bytes by subject to whoever listens: what the cluster needs of NATS. Each listener gets
 * what one sender sent in the order sent, over all subjects, once at most. Thread-safe; nothing
 * waits but what says so.
 */
interface Bus {
    /** Connects; from now on the listener is told. It may wait a little for the connection. */
    void start(Listener listener);

    /** Whether it was taken to be sent; not if there is no connection, or too much waits. */
    boolean publish(String subject, byte[] message);

    /** Whether it will be heard from now on, or as soon as there is a connection. */
    boolean subscribe(String subject);

    void unsubscribe(String subject);

    boolean isConnected();

    /** Tells a connection from the ones before it: what was under way may be lost between two. */
    long session();

    /** Whether the other side answers; waits for it. */
    boolean answers(Duration within);

    /** How many messages waited to be sent a moment ago. */
    long waiting();

    /** Messages that were taken and could not be sent after all. */
    long discarded();

    /** Sends what waits, for a moment, and ends. */
    void close();

    /** Hears from a bus, by one thread. */
    interface Listener {
        void received(byte[] message);

        /**
         * A log has stored this.
         *
         * @param previous the number of the message before it of its subject; 0 if there is none
         */
        void logged(LogKind log, long sequence, long previous, byte[] message);

        /**
         * What became of a message that was handed to a log.
         *
         * @param place its number in the log; 0 if it is not there, but may be tried again
         */
        void acknowledged(LogKind log, long id, long place);

        /** More came than was taken, and some of it was dropped. */
        void overrun();

        /** There is a connection, for the first time or again; subscriptions stand. */
        void connected();

        void disconnected();
    }
}
