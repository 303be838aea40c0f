package dev.myriad.net.uring;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is to receive, while more is sent to a lane than it has buffers for: one buffer
 * each, and those who found none go before those who have just had one. So whoever sends little is
 * read at once, whatever the others send. Confined to its shard's thread.
 *
 * <p>Only some of the buffers are given out in this way. The rest is left to those that are not on
 * rations: if they send much, they will be.
 *
 * @param <W> a wire
 */
final class Rations<W> {
    /** One in so many goes to those who have had one, however many have had none. */
    private static final int SECONDS_PART = 4;

    private final int perTurn;
    private final ArrayDeque<W> starved = new ArrayDeque<>();
    private final ArrayDeque<W> served = new ArrayDeque<>();
    private int given;
    private int givenMax;

    /**
     * @param perTurn buffers that are given out in a turn
     */
    Rations(int perTurn) {
        this.perTurn = perTurn;
    }

    /** It found no buffer. */
    void starved(W wire) {
        starved.add(wire);
    }

    /** It has filled a buffer, and so has probably more. */
    void served(W wire) {
        served.add(wire);
    }

    boolean isEmpty() {
        return starved.isEmpty() && served.isEmpty();
    }

    /** The first of a new turn; null if there is nobody. */
    @Nullable W first() {
        given = 0;
        givenMax = Math.min(perTurn, starved.size() + served.size());
        return next();
    }

    /** The next of the turn; null if it is over. */
    @Nullable W next() {
        if (given == givenMax) {
            return null;
        }
        given++;
        boolean seconds = given % SECONDS_PART == 0 ? !served.isEmpty() : starved.isEmpty();
        return seconds ? served.poll() : starved.poll();
    }

    void clear() {
        starved.clear();
        served.clear();
    }
}
