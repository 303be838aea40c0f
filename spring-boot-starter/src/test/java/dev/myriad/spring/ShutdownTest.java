package dev.myriad.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.myriad.channels.Channel;
import dev.myriad.channels.Endpoint;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.process.ExitReason;
import dev.myriad.protocol.Payload;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;

/** An application that ends lets its clients go before its beans. */
@Timeout(120)
class ShutdownTest {
    /** What happened, in order; what the application's beans and channels write into. */
    private static final List<String> ENDS = new CopyOnWriteArrayList<>();

    static class Store implements DisposableBean {
        @Override
        public void destroy() {
            ENDS.add("the store is closed");
        }

        void save(String text) {
            ENDS.add(text);
        }

        @EventListener
        void changed(AvailabilityChangeEvent<ReadinessState> event) {
            ENDS.add(event.getState().toString());
        }
    }

    @ChannelMapping("room:*")
    static class Room extends Channel {
        private final Store store;

        Room(Store store) {
            this.store = store;
        }

        @Override
        protected JoinResult join(String topic, Payload params) {
            return JoinResult.ok();
        }

        @Override
        protected Result handleIn(String event, Payload payload) {
            return Result.noReply();
        }

        @Override
        protected void terminate(ExitReason reason) {
            store.save("the channel ends");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({Store.class, Room.class})
    static class Application {}

    @Test
    void isNotReadyThenDrainsThenCloses() throws Exception {
        ConfigurableApplicationContext context =
                new SpringApplicationBuilder(Application.class)
                        .web(WebApplicationType.NONE)
                        .properties("myriad.port=0", "myriad.drain.notice=300ms")
                        .run();
        int port = context.getBean(Endpoint.class).address().getPort();
        try (Client client = new Client(port, "/socket")) {
            assertThat(client.ask("room:1", "phx_join")).contains("\"ok\"");
            ENDS.clear();
            context.close();
            assertThat(client.next()).isEqualTo("closed with 1012");
        }
        assertThat(ENDS)
                .containsExactly("REFUSING_TRAFFIC", "the channel ends", "the store is closed");
        assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                .isInstanceOf(ConnectException.class);
    }
}
