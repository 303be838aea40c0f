package dev.myriad.channels;

import dev.myriad.process.ExitReason;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.Topic;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A join under way, from {@code phx_join} to its reply. It makes the channel, as a process, because
 * the factory is user code; the channel then joins as itself. Its fields are the shard thread's but
 * for the two volatile ones and what is final.
 */
final class Joining extends Slot {
    final SocketHandler socket;
    final byte @Nullable [] ref;
    final Payload params;

    /** What the client sent to the topic meanwhile. */
    final List<Object> mail = new ArrayList<>();

    /** Who had the topic before and has to end first, if anyone. */
    @Nullable Slot predecessor;

    /** The join ref of the ended predecessor, whose phx_close comes after this join's reply. */
    private byte @Nullable [] closeRef;

    final ChannelRoute route;
    private volatile boolean abandoned;
    private volatile @Nullable Channel channel;

    Joining(
            SocketHandler socket,
            ChannelRoute route,
            Topic topic,
            byte @Nullable [] joinRef,
            byte @Nullable [] ref,
            Payload params,
            @Nullable Slot predecessor) {
        this.socket = socket;
        this.route = route;
        this.topic = topic;
        this.joinRef = joinRef;
        this.ref = ref;
        this.params = params;
        this.predecessor = predecessor;
    }

    /** Nobody has the topic any more: makes the channel. Called on the shard thread. */
    void start(byte @Nullable [] closeRef) {
        this.predecessor = null;
        this.closeRef = closeRef;
        send(Control.START);
    }

    /** The connection is gone. Called on the shard thread. */
    void abandon() {
        abandoned = true;
        Channel made = channel;
        if (made != null) {
            made.send(Control.CLOSED);
        }
    }

    @Override
    Mount mount() {
        return socket.mount;
    }

    @Override
    InetSocketAddress peer() {
        return socket.peer();
    }

    @Override
    void deliver(Object message) {
        mail.add(message);
    }

    @Override
    protected void handle(Object message) throws Exception {
        try {
            Channel made = route.factory().get();
            made.attach(this);
            made.send(this);
            channel = made;
            if (abandoned) {
                made.send(Control.CLOSED);
            }
        } catch (Throwable crash) {
            crashed();
            throw crash;
        }
        exit(ExitReason.NORMAL);
    }

    /** The join threw. */
    void crashed() {
        refused(Words.JOIN_CRASHED);
    }

    /** The join ended with an error. */
    void refused(Payload reason) {
        mount().joinRefused(topic.name(), reason, peer());
        socket.mount.counters().joinsRefused.increment();
        // One command: a client that hears of it finds the topic's place free.
        socket.connection()
                .execute(
                        () -> {
                            socket.reply(this, ref, Words.STATUS_ERROR, reason);
                            replied();
                            socket.refused(this);
                        });
    }

    /** The reply has been sent: now the one whose topic this was hears that it was closed. */
    void replied() {
        if (closeRef != null) {
            socket.close(topic, closeRef);
        }
    }

    @Override
    protected String name() {
        return "joining " + topic;
    }
}
