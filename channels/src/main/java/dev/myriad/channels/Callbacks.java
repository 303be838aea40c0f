package dev.myriad.channels;

import dev.myriad.process.ExitReason;
import dev.myriad.protocol.Payload;
import java.util.Set;

/**
 * Calls the callbacks of a channel, which are protected, for whoever gave it a {@link
 * ChannelContext} to act through, such as the testkit. Called by one thread at a time, as the
 * server does it.
 */
public record Callbacks(Channel channel) {
    /** {@link Channel#join}. */
    public JoinResult join(String topic, Payload params) throws Exception {
        return channel.join(topic, params);
    }

    /** {@link Channel#joined}. */
    public void joined() throws Exception {
        channel.joined();
    }

    /** {@link Channel#handleIn}. */
    public Result handleIn(String event, Payload payload) throws Exception {
        return channel.handleIn(event, payload);
    }

    /** {@link Channel#handleInfo}. */
    public void handleInfo(Object message) throws Exception {
        channel.handleInfo(message);
    }

    /** {@link Channel#intercepts}. */
    public Set<String> intercepts() {
        return channel.intercepts();
    }

    /** {@link Channel#handleOut}. */
    public void handleOut(String event, Payload payload) throws Exception {
        channel.handleOut(event, payload);
    }

    /** {@link Channel#renewed}. */
    public void renewed() throws Exception {
        channel.renewed();
    }

    /** {@link Channel#terminate}. */
    public void terminate(ExitReason reason) throws Exception {
        channel.terminate(reason);
    }
}
