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

        /** There is a connection, for the first time or again; subscriptions stand. */
        void connected();

        void disconnected();
    }
}
