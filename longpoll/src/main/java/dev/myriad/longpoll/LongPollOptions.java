package dev.myriad.longpoll;

import java.time.Duration;

/**
 * How clients of a path poll. Immutable.
 *
 * @param window how long a poll waits for messages; Phoenix's clients give up after 20 seconds. A
 *     client that does not poll for one and a half of it is gone
 */
public record LongPollOptions(Duration window) {
    /** A poll waits for 10 seconds. */
    public static final LongPollOptions DEFAULT = new LongPollOptions(Duration.ofSeconds(10));

    /**
     * @throws IllegalArgumentException if the window is not positive
     */
    public LongPollOptions {
        if (!window.isPositive()) {
            throw new IllegalArgumentException("a poll that does not wait: " + window);
        }
    }

    /** The same with another window. */
    public LongPollOptions window(Duration window) {
        return new LongPollOptions(window);
    }
}
