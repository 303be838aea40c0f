package dev.myriad.pubsub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.myriad.net.Connection;
import dev.myriad.net.Group;
import dev.myriad.net.Receipt;
import dev.myriad.process.Process;
import dev.myriad.protocol.Payload;
import dev.myriad.protocol.Serializer;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PubSubTest {
    private static final String TOPIC = "room:lobby";
    private static final Payload HELLO = json("{\"text\":\"hello\"}");

    private final AtomicInteger groups = new AtomicInteger();
    private final PubSub pubSub =
            new PubSub(
                    () -> {
                        groups.incrementAndGet();
                        return new Members();
                    });

    /** A connection that keeps what it is sent. */
    private static final class Kept implements Connection {
        final List<byte[]> frames = new ArrayList<>();

        @Override
        public synchronized void send(byte[] frame) {
            frames.add(frame);
        }

        @Override
        public void close(int code, String reason) {}

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public InetSocketAddress peer() {
            return InetSocketAddress.createUnresolved("nowhere", 1);
        }

        List<String> texts() {
            return frames.stream()
                    .map(frame -> new String(frame, 2, frame.length - 2, UTF_8))
                    .toList();
        }
    }

    /** Who was not to get a group's send, in order. */
    private final List<Connection> leftOut = new ArrayList<>();

    private final class Members implements Group {
        private final Set<Connection> connections = new LinkedHashSet<>();

        @Override
        public synchronized void add(Connection connection, byte[] firstFrames) {
            if (firstFrames.length > 0) {
                connection.send(firstFrames);
            }
            connections.add(connection);
        }

        @Override
        public synchronized void remove(Connection connection) {
            connections.remove(connection);
        }

        @Override
        public synchronized void send(
                byte[] frames,
                @Nullable Connection except,
                byte[] instead,
                @Nullable Receipt receipt) {
            if (except != null) {
                leftOut.add(except);
            }
            for (Connection connection : connections) {
                byte[] its = connection.equals(except) ? instead : frames;
                if (its.length > 0) {
                    connection.send(its);
                }
            }
        }

        @Override
        public void sendAs(Connection sender, byte[] frames) {
            sender.send(frames);
            send(frames, sender);
        }
    }

    private static final class Listener extends Process {
        final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();

        @Override
        protected void handle(Object message) {
            heard.add(message);
        }
    }

    private static Payload json(String text) {
        return Payload.json(text.getBytes(UTF_8));
    }

    @Test
    void aBroadcastIsEncodedOncePerSerializer() {
        Kept[] v2 = {new Kept(), new Kept()};
        Kept[] v1 = {new Kept(), new Kept()};
        for (Kept connection : v2) {
            pubSub.subscribe(TOPIC, connection, Serializer.V2);
        }
        for (Kept connection : v1) {
            pubSub.subscribe(TOPIC, connection, Serializer.V1);
        }
        pubSub.broadcast(TOPIC, "said", HELLO);

        assertThat(groups).hasValue(2);
        assertThat(v2[0].texts())
                .containsExactly("[null,null,\"room:lobby\",\"said\",{\"text\":\"hello\"}]");
        assertThat(v2[1].frames.getFirst()).isSameAs(v2[0].frames.getFirst());
        assertThat(v1[0].texts())
                .containsExactly(
                        "{\"topic\":\"room:lobby\",\"event\":\"said\","
                                + "\"payload\":{\"text\":\"hello\"},\"ref\":null}");
        assertThat(v1[1].frames.getFirst()).isSameAs(v1[0].frames.getFirst());
    }

    @Test
    void interceptedEventsGoToTheProcessInstead() throws Exception {
        Kept plain = new Kept();
        Kept intercepting = new Kept();
        Kept sender = new Kept();
        Listener channel = new Listener();
        Listener senders = new Listener();
        Set<String> events = Set.of("said");
        pubSub.subscribe(TOPIC, plain, Serializer.V2);
        Topic topic = Topic.of(TOPIC);
        byte[] first = {1};
        pubSub.subscribe(topic, intercepting, Serializer.V2, first, events, channel);
        pubSub.subscribe(topic, sender, Serializer.V2, first, Set.of("said"), senders);
        assertThat(groups).hasValue(2);

        pubSub.broadcastFrom(sender, TOPIC, "said", HELLO);
        pubSub.broadcast(TOPIC, "sung", HELLO);
        assertThat(channel.heard.poll(10, TimeUnit.SECONDS))
                .isEqualTo(new Intercepted("said", HELLO));
        assertThat(plain.frames).hasSize(2);
        assertThat(intercepting.frames).hasSize(2).first().isSameAs(first);
        assertThat(intercepting.frames.get(1)).isSameAs(plain.frames.get(1));
        assertThat(sender.frames).hasSize(2);

        pubSub.unsubscribe(TOPIC, intercepting, Serializer.V2, events);
        pubSub.broadcast(TOPIC, "said", HELLO);
        assertThat(senders.heard.poll(10, TimeUnit.SECONDS))
                .isEqualTo(new Intercepted("said", HELLO));
        assertThat(channel.heard).isEmpty();
        assertThat(senders.heard).isEmpty();
        pubSub.unsubscribe(TOPIC, plain, Serializer.V2);
        pubSub.unsubscribe(TOPIC, sender, Serializer.V2, events);
        assertThat(pubSub.topics()).isZero();
    }

    @Test
    void topicsAreApart() {
        Kept connection = new Kept();
        pubSub.subscribe(TOPIC, connection, Serializer.V2);
        pubSub.broadcast("room:other", "said", HELLO);
        assertThat(connection.frames).isEmpty();
        assertThat(pubSub.topics()).isEqualTo(1);
        assertThat(pubSub.broadcasts()).isEqualTo(1);
    }

    @Test
    void theFirstFramesComeFirstAndTheTopicIsShared() {
        Kept connection = new Kept();
        byte[] first = {1};
        Topic topic = pubSub.subscribe(Topic.of(TOPIC), connection, Serializer.V2, first);
        Topic again = pubSub.subscribe(Topic.of(TOPIC), new Kept(), Serializer.V1, new byte[0]);
        pubSub.broadcast(TOPIC, "said", HELLO);
        assertThat(connection.frames).hasSize(2).first().isSameAs(first);
        assertThat(again).isSameAs(topic);
    }

    @Test
    void broadcastFromLeavesOneOut() throws Exception {
        Kept connection = new Kept();
        Listener process = new Listener();
        pubSub.subscribe(TOPIC, connection, Serializer.V2);
        pubSub.subscribe(TOPIC, process);
        pubSub.broadcastFrom(connection, TOPIC, "one", HELLO);
        pubSub.broadcastFrom(process, TOPIC, "two", HELLO);
        assertThat(connection.texts()).singleElement().asString().contains("\"two\"");
        assertThat(process.heard.poll(10, TimeUnit.SECONDS))
                .isEqualTo(new Broadcast(TOPIC, "one", HELLO));
        assertThat(process.heard).isEmpty();
    }

    @Test
    void whoBroadcastsAsASubscriberGetsItsCopyDirectly() throws Exception {
        Kept sender = new Kept();
        Kept other = new Kept();
        Kept v1 = new Kept();
        Kept intercepting = new Kept();
        Listener channel = new Listener();
        Set<String> events = Set.of("sung");
        pubSub.subscribe(TOPIC, other, Serializer.V2);
        pubSub.subscribe(TOPIC, sender, Serializer.V2);
        pubSub.subscribe(TOPIC, v1, Serializer.V1);
        byte[] first = {1};
        pubSub.subscribe(Topic.of(TOPIC), intercepting, Serializer.V2, first, events, channel);
        leftOut.clear();

        pubSub.broadcastAs(sender, Serializer.V2, Set.of(), TOPIC, "said", HELLO);
        assertThat(leftOut).containsExactly(sender);
        assertThat(sender.frames).hasSize(1);
        assertThat(other.frames.getFirst()).isSameAs(sender.frames.getFirst());
        assertThat(v1.frames).hasSize(1);
        assertThat(intercepting.frames).hasSize(2);

        pubSub.broadcastLocalAs(intercepting, Serializer.V2, events, TOPIC, "said", HELLO);
        assertThat(leftOut).containsExactly(sender, intercepting);
        assertThat(intercepting.frames).hasSize(3);
        assertThat(sender.frames).hasSize(2);

        pubSub.broadcastAs(intercepting, Serializer.V2, events, TOPIC, "sung", HELLO);
        assertThat(channel.heard.poll(10, TimeUnit.SECONDS))
                .isEqualTo(new Intercepted("sung", HELLO));
        assertThat(intercepting.frames).hasSize(3);
        assertThat(sender.frames).hasSize(3);
    }

    @Test
    void aProcessThatSubscribesTwiceHearsOnce() throws Exception {
        Listener process = new Listener();
        pubSub.subscribe(TOPIC, process);
        pubSub.subscribe(TOPIC, process);
        pubSub.broadcast(TOPIC, "said", HELLO);
        process.send("end");
        assertThat(process.heard.poll(10, TimeUnit.SECONDS)).isInstanceOf(Broadcast.class);
        assertThat(process.heard.poll(10, TimeUnit.SECONDS)).isEqualTo("end");
    }

    @Test
    void anEmptyTopicLeavesNoTrace() {
        Kept connection = new Kept();
        Listener process = new Listener();
        pubSub.subscribe(TOPIC, connection, Serializer.V2);
        pubSub.subscribe(TOPIC, process);
        pubSub.unsubscribe(TOPIC, connection, Serializer.V2);
        assertThat(pubSub.topics()).isEqualTo(1);
        pubSub.unsubscribe(TOPIC, process);
        assertThat(pubSub.topics()).isZero();
        pubSub.unsubscribe(TOPIC, process);
        pubSub.unsubscribe(TOPIC, connection, Serializer.V2);
        pubSub.broadcast(TOPIC, "said", HELLO);
        assertThat(connection.frames).isEmpty();
    }

    @Test
    void jsonThatIsNoObjectReachesNobody() {
        Kept connection = new Kept();
        pubSub.subscribe(TOPIC, connection, Serializer.V2);
        assertThatThrownBy(() -> pubSub.broadcast(TOPIC, "said", json("[1]")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(connection.frames).isEmpty();
    }

    @Test
    void binaryPassesByThoseWhoKnowOnlyText() {
        Kept v2 = new Kept();
        Kept v1 = new Kept();
        pubSub.subscribe(TOPIC, v2, Serializer.V2);
        pubSub.subscribe(TOPIC, v1, Serializer.V1);
        pubSub.broadcast(TOPIC, "said", Payload.binary(new byte[] {1}));
        assertThat(v2.frames).hasSize(1);
        assertThat(v1.frames).isEmpty();
        assertThat(pubSub.unencodable()).isEqualTo(1);
    }

    /** Subscribers come and go on one topic; each hears all that is sent while it is subscribed. */
    @Test
    void noSubscriptionRacesARemoval() throws Exception {
        int threads = 4;
        CountDownLatch done = new CountDownLatch(threads);
        AtomicInteger missed = new AtomicInteger();
        for (int t = 0; t < threads; t++) {
            Serializer serializer = t % 2 == 0 ? Serializer.V1 : Serializer.V2;
            String event = "from" + t;
            Thread.ofPlatform()
                    .start(
                            () -> {
                                for (int i = 0; i < 20_000; i++) {
                                    Kept connection = new Kept();
                                    pubSub.subscribe(TOPIC, connection, serializer);
                                    pubSub.broadcast(TOPIC, event, HELLO);
                                    pubSub.unsubscribe(TOPIC, connection, serializer);
                                    if (connection.texts().stream()
                                            .noneMatch(text -> text.contains(event))) {
                                        missed.incrementAndGet();
                                    }
                                }
                                done.countDown();
                            });
        }
        assertThat(done.await(50, TimeUnit.SECONDS)).isTrue();
        assertThat(missed).hasValue(0);
        assertThat(pubSub.topics()).isZero();
    }
}
