package dev.myriad.channels;

import dev.myriad.process.Monitor;
import dev.myriad.process.Process;
import java.util.Map;

/**
 * What a {@link Channel} acts through: its place between one client and one topic. The server has
 * its own; a test gives a channel another one, such as the testkit's, to see alone what the channel
 * does. Called by one thread at a time, the channel's own.
 *
 * <p>Each method does what the method of {@link Channel} says that is named at it. Some have
 * another name than that one, since the server's context is a {@link Process}, where that name is
 * taken.
 */
public interface ChannelContext {
    /**
     * Gives a channel that has none its context; the server does so before the join.
     *
     * @throws ChannelException {@code CHANNEL_REUSED} if it has one
     */
    static void attach(Channel channel, ChannelContext context) {
        channel.attach(context);
    }

    /** {@link Channel#push}. */
    void push(String event, Object payload);

    /** {@link Channel#broadcast}. */
    void broadcast(String event, Object payload);

    /** {@link Channel#broadcastFrom}. */
    void broadcastFrom(String event, Object payload);

    /** {@link Channel#broadcastLocal}. */
    void broadcastLocal(String event, Object payload);

    /** {@link Channel#broadcastLocalFrom}. */
    void broadcastLocalFrom(String event, Object payload);

    /** {@link Channel#track}. */
    void track(String key, Object meta);

    /** {@link Channel#update}. */
    void update(String key, Object meta);

    /** {@link Channel#untrack}. */
    void untrack(String key);

    /** {@link Channel#socketRef}. */
    SocketRef socketRef();

    /** {@link Channel#stop}. */
    void end(Object reason);

    /** {@link Channel#subscribe}. */
    void subscribe(String topic);

    /** {@link Channel#unsubscribe}. */
    void unsubscribe(String topic);

    /** {@link Channel#monitor}. */
    Monitor watch(Process other);

    /** {@link Channel#demonitor}. */
    void unwatch(Monitor monitor);

    /** {@link Channel#topic}. */
    String topic();

    /** {@link Channel#endpoint}. */
    Endpoint endpoint();

    /** {@link Channel#socket}. */
    Socket socket();

    /** {@link Channel#assigns}. */
    Map<String, Object> assigns();

    /** {@link Channel#assign}. */
    void assign(String key, Object value);

    /** {@link Channel#self}. */
    Process process();
}
