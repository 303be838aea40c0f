package dev.myriad.compat;

import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import kotlin.Unit;
import okhttp3.OkHttpClient;
import org.phoenixframework.Channel;
import org.phoenixframework.Defaults;
import org.phoenixframework.Message;
import org.phoenixframework.Push;
import org.phoenixframework.Socket;

/**
 * The client under test, with values to wait for around its callbacks. Thread-safe.
 *
 * <p>The client itself is not: a hook that {@code Push.receive} adds while the reply arrives is
 * lost. Hence joins are read off the socket, whose listeners hear a message after its channel has,
 * and an outcome looks once more after it has added its hooks.
 */
final class Client implements AutoCloseable {
    private static final long RETRY_MILLIS = 50;

    final Socket socket;
    private final Map<String, BlockingQueue<Message>> joinReplies = new ConcurrentHashMap<>();

    /**
     * A join and how it ended.
     *
     * @param rejoins the replies to the joins that the client makes by itself later
     */
    record Joined(Channel channel, Outcome outcome, BlockingQueue<Message> rejoins) {}

    /** How a push ended: ok, error or timeout, and the response. */
    record Outcome(String status, Map<String, Object> response) {
        static Outcome of(Message message) {
            return new Outcome(message.getStatus(), message.getPayload());
        }
    }

    Client(Socket socket) {
        this.socket = socket;
        socket.onMessage(
                message -> {
                    boolean join =
                            message.getJoinRef() == null
                                    || message.getJoinRef().equals(message.getRef());
                    if (join && message.getEvent().equals("phx_reply")) {
                        joinReplies(message.getTopic()).add(message);
                    }
                    return Unit.INSTANCE;
                });
    }

    private BlockingQueue<Message> joinReplies(String topic) {
        return joinReplies.computeIfAbsent(topic, _ -> new LinkedBlockingQueue<>());
    }

    static Client connect(String url) throws InterruptedException {
        Client client = new Client(socket(url));
        client.connect();
        return client;
    }

    static Socket socket(String url) {
        Map<String, Object> noParams = Map.of();
        Socket socket =
                new Socket(
                        url,
                        noParams,
                        Defaults.VSN,
                        Defaults.INSTANCE.getEncode(),
                        Defaults.INSTANCE.getDecode(),
                        new OkHttpClient());
        socket.setReconnectAfterMs(_ -> RETRY_MILLIS);
        socket.setRejoinAfterMs(_ -> RETRY_MILLIS);
        return socket;
    }

    void connect() throws InterruptedException {
        CountDownLatch opened = new CountDownLatch(1);
        socket.onOpen(
                () -> {
                    opened.countDown();
                    return Unit.INSTANCE;
                });
        socket.connect();
        opened.await();
    }

    Joined join(String topic, Map<String, Object> params) throws Exception {
        Channel channel = socket.channel(topic, params);
        BlockingQueue<Message> replies = joinReplies(topic);
        Push _ = channel.join(Defaults.TIMEOUT);
        return new Joined(channel, Outcome.of(replies.take()), replies);
    }

    static Outcome push(Channel channel, String event, Map<String, Object> payload)
            throws Exception {
        return outcome(channel.push(event, payload, Defaults.TIMEOUT));
    }

    static Outcome outcome(Push push) throws Exception {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        for (String status : new String[] {"ok", "error", "timeout"}) {
            push.receive(
                    status,
                    message -> {
                        outcome.complete(Outcome.of(message));
                        return Unit.INSTANCE;
                    });
        }
        Message received = push.getReceivedMessage();
        if (received != null) {
            outcome.complete(Outcome.of(received));
        }
        return outcome.get();
    }

    /** The messages of an event, from now on. */
    static BlockingQueue<Message> messages(Channel channel, String event) {
        BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
        channel.on(
                event,
                message -> {
                    messages.add(message);
                    return Unit.INSTANCE;
                });
        return messages;
    }

    @Override
    public void close() {
        socket.disconnect(1000, null, () -> Unit.INSTANCE);
    }
}
