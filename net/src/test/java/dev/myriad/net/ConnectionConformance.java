package dev.myriad.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.myriad.protocol.CloseCode;
import dev.myriad.protocol.FrameEncoder;
import dev.myriad.protocol.ProtocolException;
import dev.myriad.protocol.RequestHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What {@link Connection}, {@link ConnectionHandler} and {@link Group} promise, whatever the client
 * speaks. A subclass brings a transport and a client for it.
 */
@Timeout(60)
@SuppressWarnings("exports") // JUnit is on the path of whoever runs it
public abstract class ConnectionConformance {
    private static final Limits LIMITS = Limits.DEFAULT.with(Limit.CLOSE_MILLIS, 200);

    /** A client, used by one thread. */
    public interface Client extends AutoCloseable {
        /** Sends a text message, which is not always UTF-8. */
        void text(byte[] bytes);

        default void text(String text) {
            text(text.getBytes(UTF_8));
        }

        void binary(byte[] bytes);

        /** The next message, which has to be text. */
        String nextText();

        /** Waits until it is told that the connection has ended; reads what came before. */
        void awaitEnd();

        /** Goes without a word. */
        void vanish();

        @Override
        void close();
    }

    /** Starts the transport. */
    protected abstract Transport start(Limits limits, Application application);

    /** A client that has been let in, whose request has the parameter {@code id}. */
    protected abstract Client connect(Transport transport, String id);

    /** A handler that notes what it hears, and does what a test tells it to. */
    private static final class Peer implements ConnectionHandler {
        final CompletableFuture<Connection> opened = new CompletableFuture<>();
        final CompletableFuture<Integer> closed = new CompletableFuture<>();
        final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        volatile BiConsumer<Connection, String> onText = (_, _) -> {};
        private Runnable onOpened = () -> {};

        Connection connection() {
            return opened.orTimeout(20, TimeUnit.SECONDS).join();
        }

        int closeCode() {
            return closed.orTimeout(20, TimeUnit.SECONDS).join();
        }

        String next() throws InterruptedException {
            String next = heard.poll(20, TimeUnit.SECONDS);
            return next == null ? "nothing in 20 seconds" : next;
        }

        @Override
        public void opened(Connection connection) {
            heard.add("opened");
            opened.complete(connection);
            onOpened.run();
        }

        @Override
        public void text(byte[] bytes, int from, int to) {
            String text = new String(bytes, from, to - from, UTF_8);
            heard.add(text);
            onText.accept(connection(), text);
        }

        @Override
        public void binary(byte[] bytes, int from, int to) {
            heard.add(to - from + " bytes");
        }

        @Override
        public void closed(int code) {
            heard.add("closed");
            closed.complete(code);
        }
    }

    private final class Server implements Application, AutoCloseable {
        final Map<String, Peer> peers = new ConcurrentHashMap<>();
        final Transport transport;

        Server(Limits limits) {
            transport = start(limits, this);
        }

        @Override
        public void upgrade(RequestHead request, Upgrade upgrade) {
            Peer peer = peers.get(request.query("id").orElseThrow());
            upgrade.accept(Objects.requireNonNull(peer), Optional.empty());
        }

        @Override
        public HttpAnswer http(HttpQuestion question) {
            return HttpAnswer.text(404, "");
        }

        Pair pair() {
            return pair(new Peer());
        }

        Pair pair(Peer peer) {
            String id = "p" + peers.size();
            peers.put(id, peer);
            return new Pair(connect(transport, id), peer);
        }

        List<Pair> pairs(int count) {
            return IntStream.range(0, count).mapToObj(_ -> pair()).toList();
        }

        @Override
        public void close() {
            transport.close(50);
        }
    }

    /** Both ends of one connection. */
    private record Pair(Client client, Peer peer) {
        Connection connection() {
            return peer.connection();
        }
    }

    private final List<Server> servers = new ArrayList<>();

    private Server server() {
        return server(LIMITS);
    }

    private Server server(Limits limits) {
        Server server = new Server(limits);
        servers.add(server);
        return server;
    }

    @AfterEach
    void closeServers() {
        servers.forEach(Server::close);
    }

    private static byte[] frame(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return FrameEncoder.frame(FrameEncoder.TEXT, bytes, 0, bytes.length);
    }

    /** Waits until all that was asked of a connection so far has been done. */
    private static void awaitDone(Connection connection) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        connection.execute(() -> done.complete(true));
        done.orTimeout(20, TimeUnit.SECONDS).join();
    }

    // ---- order

    @Test
    void theHandlerHearsOfTheOpeningAndThenOfTheMessagesInOrder() throws Exception {
        Pair pair = server().pair();
        pair.client().text("grüße");
        pair.client().binary(new byte[] {1, 2, 3});
        pair.client().text("");
        assertThat(List.of(next(pair), next(pair), next(pair), next(pair)))
                .containsExactly("opened", "grüße", "3 bytes", "");
    }

    private static String next(Pair pair) throws InterruptedException {
        return pair.peer().next();
    }

    @Test
    void whatOneThreadAsksForIsDoneInItsOrder() {
        Pair pair = server().pair();
        Connection connection = pair.connection();
        for (int i = 0; i < 500; i++) {
            int number = i;
            connection.send(frame("send " + number));
            connection.execute(() -> connection.send(frame("task " + number)));
        }
        for (int i = 0; i < 500; i++) {
            assertThat(pair.client().nextText()).isEqualTo("send " + i);
            assertThat(pair.client().nextText()).isEqualTo("task " + i);
        }
    }

    @Test
    void whatACallAsksForIsDoneAtOnce() {
        Peer peer = new Peer();
        peer.onText =
                (connection, _) -> {
                    connection.send(frame("1"));
                    connection.execute(
                            () -> {
                                connection.send(frame("2"));
                                connection.execute(() -> connection.send(frame("3")));
                                connection.send(frame("4"));
                            });
                    connection.send(frame("5"));
                };
        Pair pair = server().pair(peer);
        pair.client().text("go");
        for (int i = 1; i <= 5; i++) {
            assertThat(pair.client().nextText()).isEqualTo("" + i);
        }
    }

    @Test
    void callsAndTasksComeOneAtATimeAndSeeWhatWasDoneBefore() throws Exception {
        Peer peer = new Peer();
        int[] count = {0}; // neither atomic nor volatile
        peer.onText = (_, _) -> count[0]++;
        Pair pair = server().pair(peer);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            threads.add(
                    Thread.startVirtualThread(
                            () -> {
                                for (int i = 0; i < 5_000; i++) {
                                    pair.connection().execute(() -> count[0]++);
                                }
                            }));
        }
        for (int i = 0; i < 50; i++) {
            pair.client().text("one more");
        }
        for (Thread thread : threads) {
            thread.join();
        }
        await().until(() -> peer.heard.size() == 51);
        awaitDone(pair.connection());
        assertThat(count[0]).isEqualTo(20_050);
    }

    /** Whose calls wait for each other would stand still. */
    @Test
    void handlersMayUseEachOthersConnections() {
        Server server = server();
        Group group = server.transport.group();
        List<Pair> pairs = server.pairs(2);
        pairs.forEach(pair -> group.add(pair.connection()));
        for (int p = 0; p < 2; p++) {
            Connection other = pairs.get(1 - p).connection();
            pairs.get(p).peer().onText =
                    (connection, text) -> {
                        other.send(frame("direct " + text));
                        other.execute(() -> connection.send(frame("task " + text)));
                        group.send(frame("all " + text), null);
                    };
        }
        List<CompletableFuture<Integer>> heard = new ArrayList<>();
        for (Pair pair : pairs) {
            heard.add(
                    CompletableFuture.supplyAsync(
                            () -> {
                                for (int i = 0; i < 100; i++) {
                                    pair.client().text("" + i);
                                }
                                int count = 0;
                                while (count < 400) { // one of each, and two of the group
                                    pair.client().nextText();
                                    count++;
                                }
                                return count;
                            },
                            Thread::startVirtualThread));
        }
        heard.forEach(each -> each.orTimeout(30, TimeUnit.SECONDS).join());
    }

    // ---- faults

    @Test
    void aTaskThatThrowsHarmsNobody() {
        Peer peer = new Peer();
        Runnable broken =
                () -> {
                    throw new IllegalStateException("broken on purpose");
                };
        peer.onText =
                (connection, _) -> {
                    connection.execute(broken);
                    connection.send(frame("within"));
                };
        Pair pair = server().pair(peer);
        pair.connection().execute(broken);
        pair.connection().send(frame("after"));
        assertThat(pair.client().nextText()).isEqualTo("after");
        pair.client().text("go");
        assertThat(pair.client().nextText()).isEqualTo("within");
    }

    @Test
    void aHandlerThatThrowsLosesItsConnectionOnly() {
        Server server = server();
        Pair other = server.pair();
        Peer peer = new Peer();
        peer.onText =
                (_, _) -> {
                    throw new IllegalStateException("broken on purpose");
                };
        Pair pair = server.pair(peer);
        pair.client().text("boom");
        assertEnds(pair, CloseCode.INTERNAL_ERROR);
        other.connection().send(frame("unharmed"));
        assertThat(other.client().nextText()).isEqualTo("unharmed");
    }

    @Test
    void aHandlerThatThrowsAtOnceIsClosedToo() {
        Peer peer = new Peer();
        peer.onOpened =
                () -> {
                    throw new IllegalStateException("broken on purpose");
                };
        assertEnds(server().pair(peer), CloseCode.INTERNAL_ERROR);
    }

    @Test
    void aProtocolExceptionEndsTheConnectionWithItsCode() {
        Peer peer = new Peer();
        peer.onText =
                (_, _) -> {
                    throw new ProtocolException(CloseCode.POLICY, "not like that");
                };
        Pair pair = server().pair(peer);
        pair.client().text("boom");
        assertEnds(pair, CloseCode.POLICY);
    }

    // ---- the end

    private static void assertEnds(Pair pair, int code) {
        pair.client().awaitEnd();
        pair.client().close();
        assertThat(pair.peer().closeCode()).isEqualTo(code);
    }

    @Test
    void whatWasSentBeforeTheEndArrives() {
        Pair pair = server().pair();
        for (int i = 0; i < 100; i++) {
            pair.connection().send(frame("last words " + i));
        }
        pair.connection().close(4002, "why");
        pair.connection().send(frame("too late"));
        for (int i = 0; i < 100; i++) {
            assertThat(pair.client().nextText()).isEqualTo("last words " + i);
        }
        assertEnds(pair, 4002);
    }

    @Test
    void theEndIsHeardOnceAndLastAndWithinNoOtherCall() {
        Peer peer = new Peer();
        peer.onText =
                (connection, _) -> {
                    connection.close(4001, "");
                    connection.close(4002, "");
                    connection.execute(() -> peer.heard.add("task"));
                    peer.heard.add("returns");
                };
        Pair pair = server().pair(peer);
        pair.client().text("first");
        pair.client().text("second");
        assertEnds(pair, 4001);
        pair.connection().send(frame("too late"));
        pair.connection().close(4003, "");
        pair.connection().execute(() -> peer.heard.add("late task"));
        awaitDone(pair.connection());
        assertThat(peer.heard)
                .containsExactly("opened", "first", "task", "returns", "closed", "late task");
    }

    @Test
    void whoIsTooSlowIsCutOffWithinNoCall() {
        Peer peer = new Peer();
        byte[] large = frame("x".repeat(100_000));
        peer.onText =
                (connection, _) -> {
                    for (int i = 0; i < 200; i++) {
                        connection.send(large);
                    }
                    peer.heard.add("returns");
                };
        Pair pair = server().pair(peer);
        pair.client().text("go");
        assertThat(peer.closeCode()).isEqualTo(CloseCode.TRY_AGAIN_LATER);
        assertThat(peer.heard).containsExactly("opened", "go", "returns", "closed");
    }

    @Test
    void whatCameBeforeTheEndIsHeardBeforeIt() {
        Server server = server();
        for (int round = 0; round < 20; round++) {
            Pair pair = server.pair();
            for (int i = 0; i < 20; i++) {
                pair.client().text("" + i);
            }
            Thread closing =
                    Thread.startVirtualThread(() -> pair.connection().close(4000, "enough"));
            assertEnds(pair, 4000);
            List<String> heard = List.copyOf(pair.peer().heard);
            for (int i = 1; i < heard.size() - 1; i++) {
                assertThat(heard.get(i)).isEqualTo("" + (i - 1));
            }
            assertThat(heard.getLast()).isEqualTo("closed");
            assertThat(closing.isVirtual()).isTrue();
        }
    }

    @Test
    void whoVanishesIsHeardOfAsCutOffAfterAllThatItSent() throws Exception {
        Pair pair = server().pair();
        pair.client().text("the last");
        assertThat(List.of(next(pair), next(pair))).containsExactly("opened", "the last");
        pair.client().vanish();
        assertThat(pair.peer().closeCode()).isEqualTo(CloseCode.ABNORMAL);
        assertThat(next(pair)).isEqualTo("closed");
    }

    @Test
    void whatIsNoMessageEndsTheConnection() {
        Server server = server(LIMITS.with(Limit.MESSAGE_BYTES_MAX, 1_000));
        Pair tooLong = server.pair();
        tooLong.client().text("x".repeat(1_001));
        assertEnds(tooLong, CloseCode.TOO_BIG);
        Pair noUtf8 = server.pair();
        noUtf8.client().text(new byte[] {'b', 'a', 'd', (byte) 0xc3, 0x28});
        assertEnds(noUtf8, CloseCode.INVALID_PAYLOAD);
    }

    @Test
    void aTransportThatClosesTellsEverybodyToComeBack() {
        Server server = server();
        List<Pair> pairs = server.pairs(10);
        List<Thread> clients =
                pairs.stream()
                        .map(pair -> Thread.startVirtualThread(pair.client()::awaitEnd))
                        .toList();
        server.transport.close(5_000);
        for (Pair pair : pairs) {
            assertThat(pair.peer().closeCode()).isEqualTo(CloseCode.SERVICE_RESTART);
        }
        assertThat(clients).hasSize(10);
    }

    @Test
    void aCodeThatMayNotBeSentIsTheCallersFault() {
        Connection connection = server().pair().connection();
        assertThatThrownBy(() -> connection.close(CloseCode.ABNORMAL, ""))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // ---- groups

    @Test
    void everyMemberGetsEverythingInOrderButWhoIsLeftOut() {
        Server server = server();
        Group group = server.transport.group();
        List<Pair> pairs = server.pairs(5);
        pairs.forEach(pair -> group.add(pair.connection()));
        for (int i = 0; i < 100; i++) {
            group.send(frame("g" + i), pairs.get(i % 5).connection());
        }
        for (int p = 0; p < 5; p++) {
            for (int i = 0; i < 100; i++) {
                if (i % 5 != p) {
                    assertThat(pairs.get(p).client().nextText()).isEqualTo("g" + i);
                }
            }
        }
    }

    @Test
    void addingTwiceIsAddingOnceAndWhoIsRemovedGetsNothingMore() {
        Server server = server();
        Group group = server.transport.group();
        Pair pair = server.pair();
        group.add(pair.connection());
        group.add(pair.connection());
        group.send(frame("once"), null);
        assertThat(pair.client().nextText()).isEqualTo("once");
        group.remove(pair.connection());
        group.remove(pair.connection());
        group.send(frame("never"), null);
        group.add(pair.connection());
        group.send(frame("again"), null);
        assertThat(pair.client().nextText()).isEqualTo("again");
    }

    @Test
    void whoHasSeenTheFirstFramesMissesNothing() {
        Server server = server();
        Pair pair = server.pair();
        for (int i = 0; i < 200; i++) {
            Group group = server.transport.group();
            byte[] welcome = frame("welcome " + i);
            Thread.startVirtualThread(() -> group.add(pair.connection(), welcome));
            assertThat(pair.client().nextText()).isEqualTo("welcome " + i);
            group.send(frame("first " + i), null);
            assertThat(pair.client().nextText()).isEqualTo("first " + i);
        }
    }

    /** While tasks of others keep the connection busy. */
    @Test
    void comingAndGoingKeepsItsOrderWithWhatIsSent() throws Exception {
        Server server = server();
        Group group = server.transport.group();
        Pair pair = server.pair();
        CompletableFuture<Boolean> over = new CompletableFuture<>();
        Thread busy =
                Thread.startVirtualThread(
                        () -> {
                            while (!over.isDone()) {
                                awaitDone(pair.connection());
                            }
                        });
        for (int i = 0; i < 300; i++) {
            group.send(frame("too early"), null);
            group.add(pair.connection(), frame("welcome " + i));
            group.send(frame("hello " + i), null);
            assertThat(pair.client().nextText()).isEqualTo("welcome " + i);
            assertThat(pair.client().nextText()).isEqualTo("hello " + i);
            group.remove(pair.connection());
            group.send(frame("too late"), null);
        }
        over.complete(true);
        busy.join();
        pair.connection().send(frame("the end"));
        assertThat(pair.client().nextText()).isEqualTo("the end");
    }

    @Test
    void whoSendsAsAMemberGetsItInOrderWithItsDirectSends() {
        Server server = server();
        Group group = server.transport.group();
        Pair member = server.pair();
        Pair stranger = server.pair();
        group.add(member.connection());
        for (int i = 0; i < 50; i++) {
            group.sendAs(member.connection(), frame("g" + i));
            member.connection().send(frame("d" + i));
        }
        group.sendAs(stranger.connection(), frame("strange"));
        for (int i = 0; i < 50; i++) {
            assertThat(member.client().nextText()).isEqualTo("g" + i);
            assertThat(member.client().nextText()).isEqualTo("d" + i);
        }
        assertThat(member.client().nextText()).isEqualTo("strange");
        assertThat(stranger.client().nextText()).isEqualTo("strange");
    }

    @Test
    void whoHasEndedIsLeftAlone() {
        Server server = server();
        Group group = server.transport.group();
        Pair gone = server.pair();
        Pair staying = server.pair();
        group.add(gone.connection());
        group.add(staying.connection());
        gone.connection().close(1000, "");
        assertEnds(gone, 1000);
        AtomicInteger tasks = new AtomicInteger();
        group.send(frame("one"), null);
        group.add(gone.connection(), frame("welcome"));
        group.send(frame("two"), null);
        group.sendAs(gone.connection(), frame("three"));
        group.remove(gone.connection());
        gone.connection().execute(tasks::incrementAndGet);
        for (String expected : List.of("one", "two", "three")) {
            assertThat(staying.client().nextText()).isEqualTo(expected);
        }
        await().until(() -> tasks.get() == 1);
    }
}
