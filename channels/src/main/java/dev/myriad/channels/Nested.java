package dev.myriad.channels;

import dev.myriad.protocol.Payload;
import java.util.Map;

/** One {@link Around} within another. As thread-safe as both. */
record Nested(Around outer, Around inner) implements Around {
    @Override
    public ConnectResult connect(Map<String, String> params, ConnectInfo info, Connect next)
            throws Exception {
        return outer.connect(params, info, (p, i) -> inner.connect(p, i, next));
    }

    @Override
    public JoinResult join(Socket socket, String topic, Payload params, Join next)
            throws Exception {
        return outer.join(socket, topic, params, (t, p) -> inner.join(socket, t, p, next));
    }

    @Override
    public Result handleIn(
            Socket socket, String topic, String event, Payload payload, HandleIn next)
            throws Exception {
        return outer.handleIn(
                socket, topic, event, payload, (e, p) -> inner.handleIn(socket, topic, e, p, next));
    }
}
