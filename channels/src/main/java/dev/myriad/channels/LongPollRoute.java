package dev.myriad.channels;

import java.time.Duration;

/**
 * Where a socket is served by long polling. Immutable.
 *
 * @param window how long a poll waits for messages
 */
record LongPollRoute(Mount mount, Duration window) {
    /** Whether a request, by its target, is one to this path. */
    boolean matches(String target) {
        return mount.front().path().matches(target, "longpoll");
    }

    /** Half a window is what a client has from one poll to the next. */
    long silenceNanosMax() {
        return window.toNanos() * 3 / 2;
    }
}
