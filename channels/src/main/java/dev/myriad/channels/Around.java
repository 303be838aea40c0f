package dev.myriad.channels;

import dev.myriad.protocol.Payload;
import java.util.Map;

/**
 * Code around the callbacks of all sockets and channels of an endpoint: for tracing, measuring,
 * authorisation. Each method gets what the callback gets, and {@code next}, which calls it; it may
 * answer itself, or change what goes in and comes out. Methods that are not overridden cost one
 * call, and an endpoint without an {@code Around} nothing.
 *
 * <pre>{@code
 * final class Timed implements Around {
 *     @Override
 *     public Result handleIn(
 *             Socket socket, String topic, String event, Payload payload, HandleIn next)
 *             throws Exception {
 *         long start = System.nanoTime();
 *         try {
 *             return next.handleIn(event, payload);
 *         } finally {
 *             record(event, System.nanoTime() - start);
 *         }
 *     }
 * }
 * }</pre>
 *
 * <p>Called as the callbacks are: on the virtual thread of the one who connects, or of the channel,
 * many at a time for different ones; it may block. What it throws counts as thrown by the callback.
 */
public interface Around {
    /** The rest of a join. */
    @FunctionalInterface
    interface Join {
        JoinResult join(String topic, Payload params) throws Exception;
    }

    /** The rest of an event. */
    @FunctionalInterface
    interface HandleIn {
        Result handleIn(String event, Payload payload) throws Exception;
    }

    /**
     * Around {@link Connect#connect}, also of a socket that asks nobody: there {@code next} lets
     * all in.
     */
    default ConnectResult connect(Map<String, String> params, ConnectInfo info, Connect next)
            throws Exception {
        return next.connect(params, info);
    }

    /** Around {@link Channel#join}. */
    default JoinResult join(Socket socket, String topic, Payload params, Join next)
            throws Exception {
        return next.join(topic, params);
    }

    /** Around {@link Channel#handleIn}. */
    default Result handleIn(
            Socket socket, String topic, String event, Payload payload, HandleIn next)
            throws Exception {
        return next.handleIn(event, payload);
    }

    /** This one, and within it another. */
    default Around then(Around inner) {
        return new Nested(this, inner);
    }
}
