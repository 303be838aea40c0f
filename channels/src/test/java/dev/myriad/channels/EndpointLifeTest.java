package dev.myriad.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import dev.myriad.net.NetException;
import dev.myriad.net.memory.MemoryClient;
import dev.myriad.net.memory.MemoryTransport;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.Broadcast;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An endpoint is made, started and closed. */
@Timeout(60)
class EndpointLifeTest {
    private static Endpoint.Builder builder() {
        return Endpoint.builder()
                .socket("/s", socket -> socket.channel("room:*", Announcer::new))
                .transport(app -> MemoryTransport.start(1, app));
    }

    /** Tells its topic of each event, by way of the endpoint. */
    static final class Announcer extends Channel {
        @Override
        protected JoinResult join(String topic, Payload params) {
            return JoinResult.ok();
        }

        @Override
        protected Result handleIn(String event, Payload payload) {
            endpoint().broadcast(topic(), event, payload);
            return Result.noReply();
        }
    }

    @Test
    void oneThatIsNotStartedHasListenersAndNoAddress() throws Exception {
        try (Endpoint endpoint = builder().build()) {
            assertThat(endpoint.isReady()).isFalse();
            assertThatIllegalStateException()
                    .isThrownBy(endpoint::address)
                    .withMessageContaining("start()");
            assertThatIllegalStateException().isThrownBy(endpoint::transport);
            BlockingQueue<Broadcast> heard = new LinkedBlockingQueue<>();
            try (Subscription _ = endpoint.subscribe("room:a", heard::add)) {
                endpoint.broadcast("room:a", "early", Map.of());
                assertThat(heard.take().event()).isEqualTo("early");
            }
            assertThat(endpoint.stats().broadcasts()).isEqualTo(1);
        }
    }

    @Test
    void itStartsOnceAndIsReadyUntilItCloses() {
        Endpoint endpoint = builder().build();
        assertThat(endpoint.start()).isSameAs(endpoint);
        assertThat(endpoint.isReady()).isTrue();
        assertThat(endpoint.address()).isNotNull();
        assertThatIllegalStateException().isThrownBy(endpoint::start);
        endpoint.close();
        assertThat(endpoint.isReady()).isFalse();
        endpoint.close();
        assertThatIllegalStateException().isThrownBy(endpoint::start);
    }

    @Test
    void oneThatIsClosedBeforeDoesNotStart() {
        AtomicBoolean asked = new AtomicBoolean();
        Endpoint endpoint =
                builder()
                        .transport(
                                app -> {
                                    asked.set(true);
                                    return MemoryTransport.start(1, app);
                                })
                        .build();
        endpoint.close();
        assertThatIllegalStateException().isThrownBy(endpoint::start);
        assertThat(asked).isFalse();
    }

    @Test
    void aStartThatFailsMayBeTriedAgain() {
        AtomicBoolean taken = new AtomicBoolean(true);
        try (Endpoint endpoint =
                builder()
                        .transport(
                                app -> {
                                    if (taken.getAndSet(false)) {
                                        throw new NetException("the port is taken");
                                    }
                                    return MemoryTransport.start(1, app);
                                })
                        .build()) {
            assertThatThrownBy(endpoint::start).isInstanceOf(NetException.class);
            assertThat(endpoint.isReady()).isFalse();
            assertThat(endpoint.start().isReady()).isTrue();
        }
    }

    @Test
    void channelsReachIt() {
        try (Endpoint endpoint = builder().start()) {
            MemoryClient client =
                    ((MemoryTransport) endpoint.transport()).connect("/s/websocket?vsn=2.0.0");
            client.send(Wire.V2.message("1", "1", "room:a", "phx_join", "{}"));
            assertThat(client.next()).isEqualTo(Wire.V2.reply("1", "1", "room:a", "ok", "{}"));
            client.send(Wire.V2.message("1", "2", "room:a", "news", "{}"));
            assertThat(client.next()).isEqualTo(Wire.V2.broadcast("room:a", "news", "{}"));
        }
    }

    @Test
    void whatAnswersHttpReachesIt() {
        LocalEndpoint endpoint =
                (LocalEndpoint)
                        builder()
                                .http(
                                        (self, question) ->
                                                HttpAnswer.text(200, "ready " + self.isReady()))
                                .build();
        HttpAnswer answer = endpoint.gate().http(HttpQuestion.of("GET", "/ready"));
        assertThat(new String(answer.body(), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("ready false");
    }

    @Test
    void itCanBeFaked() {
        Endpoint fake =
                (Endpoint)
                        Proxy.newProxyInstance(
                                Endpoint.class.getClassLoader(),
                                new Class<?>[] {Endpoint.class},
                                (_, _, _) -> true);
        assertThat(fake.isReady()).isTrue();
    }
}
