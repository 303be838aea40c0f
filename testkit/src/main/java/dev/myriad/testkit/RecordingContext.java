package dev.myriad.testkit;

import dev.myriad.channels.ChannelContext;
import dev.myriad.channels.Endpoint;
import dev.myriad.channels.Socket;
import dev.myriad.channels.SocketRef;
import dev.myriad.process.Call;
import dev.myriad.process.Caller;
import dev.myriad.process.Monitor;
import dev.myriad.process.Process;
import dev.myriad.process.Request;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a channel of a {@link ChannelUnit} acts through: it writes everything down. Confined to the
 * test's thread, but for replies and mail, which come from any.
 */
final class RecordingContext implements ChannelContext {
    final List<Sent> sent = new CopyOnWriteArrayList<>();
    final Set<String> subscribed = new LinkedHashSet<>();
    Socket socket = new UnitSocket(Map.of());
    Optional<Endpoint> endpoint = Optional.empty();
    Optional<Object> stopped = Optional.empty();
    boolean joined;
    boolean handling;

    private final String topic;
    private final Map<String, Object> own = new HashMap<>();
    private final Self self = new Self();

    RecordingContext(String topic) {
        this.topic = topic;
    }

    /** A connection that has assigns and nothing else. */
    record UnitSocket(Map<String, Object> assigns) implements Socket {
        @Override
        public Optional<String> id() {
            return Optional.empty();
        }

        @Override
        public InetSocketAddress peer() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        }
    }

    private record Take() implements Request<List<Object>> {}

    private record Watch(Process other) implements Request<Monitor> {}

    private record Unwatch(Monitor monitor) implements Request<Boolean> {}

    /** Collects what is sent to the channel, and monitors for it. */
    private static final class Self extends Process {
        private List<Object> mail = new ArrayList<>();

        @Override
        protected void handle(Object message) {
            switch (message) {
                case Call(Take _, Caller caller) -> {
                    caller.reply(mail);
                    mail = new ArrayList<>();
                }
                case Call(Watch(Process other), Caller caller) -> caller.reply(monitor(other));
                case Call(Unwatch(Monitor monitor), Caller caller) -> {
                    demonitor(monitor);
                    caller.reply(true);
                }
                default -> mail.add(message);
            }
        }
    }

    /** What has been sent to the channel, which it is not given yet. */
    List<Object> mail() {
        return self.call(new Take());
    }

    @Override
    public void push(String event, Object payload) {
        write(Sent.push(event, payload));
    }

    @Override
    public void broadcast(String event, Object payload) {
        write(Sent.broadcast(event, payload));
    }

    @Override
    public void broadcastFrom(String event, Object payload) {
        write(Sent.broadcastFrom(event, payload));
    }

    @Override
    public void broadcastLocal(String event, Object payload) {
        write(Sent.broadcast(event, payload));
    }

    @Override
    public void broadcastLocalFrom(String event, Object payload) {
        write(Sent.broadcastFrom(event, payload));
    }

    @Override
    public void track(String key, Object meta) {
        sent.add(Sent.track(key, meta));
    }

    @Override
    public void update(String key, Object meta) {
        sent.add(Sent.update(key, meta));
    }

    @Override
    public void untrack(String key) {
        sent.add(Sent.untrack(key));
    }

    @Override
    public SocketRef socketRef() {
        if (!handling) {
            throw new AssertionError("socketRef outside of handleIn");
        }
        AtomicBoolean answered = new AtomicBoolean();
        return (status, response) -> {
            if (answered.compareAndSet(false, true)) {
                sent.add(Sent.reply(status, response));
            }
        };
    }

    @Override
    public void end(Object reason) {
        stopped = Optional.of(reason);
    }

    @Override
    public void subscribe(String further) {
        joined("subscribe");
        subscribed.add(further);
    }

    @Override
    public void unsubscribe(String further) {
        subscribed.remove(further);
    }

    @Override
    public Monitor watch(Process other) {
        return self.call(new Watch(other));
    }

    @Override
    public void unwatch(Monitor monitor) {
        boolean _ = self.call(new Unwatch(monitor));
    }

    @Override
    public String topic() {
        return topic;
    }

    @Override
    public Socket socket() {
        return socket;
    }

    @Override
    public Map<String, Object> assigns() {
        Map<String, Object> all = new HashMap<>(socket.assigns());
        all.putAll(own);
        return Collections.unmodifiableMap(all);
    }

    @Override
    public void assign(String key, Object value) {
        own.put(key, value);
    }

    @Override
    public Process process() {
        return self;
    }

    @Override
    public Endpoint endpoint() {
        return endpoint.orElseThrow(() -> new AssertionError("the unit has no endpoint"));
    }

    private void write(Sent one) {
        joined(one.toString());
        sent.add(one);
    }

    private void joined(String what) {
        if (!joined) {
            throw new AssertionError("before the channel was joined: " + what);
        }
    }
}
