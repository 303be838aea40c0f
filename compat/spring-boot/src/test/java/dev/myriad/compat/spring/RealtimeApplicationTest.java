package dev.myriad.compat.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.myriad.channels.Endpoint;
import java.net.ConnectException;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ConfigurableApplicationContext;

@SpringBootTest(properties = "realtime.port=0")
@Timeout(120)
class RealtimeApplicationTest {
    private static final String JOIN = "[\"1\",\"1\",\"room:lobby\",\"phx_join\",{}]";
    private static final String JOINED = reply("1", "{}");

    @Autowired private Endpoint endpoint;
    @Autowired private Greeter greeter;

    private static String reply(String ref, String response) {
        return "[\"1\",\"%s\",\"room:lobby\",\"phx_reply\",{\"status\":\"ok\",\"response\":%s}]"
                .formatted(ref, response);
    }

    @Test
    void aClientJoinsAndIsAnswered() throws Exception {
        try (Client client = new Client(endpoint.address().getPort())) {
            client.send(JOIN);
            assertThat(client.next()).isEqualTo(JOINED);
            client.send("[\"1\",\"2\",\"room:lobby\",\"say\",{\"n\":1}]");
            assertThat(client.next()).isEqualTo(reply("2", "{\"n\":1}"));
        }
    }

    @Test
    void aBeanBroadcasts() throws Exception {
        try (Client client = new Client(endpoint.address().getPort())) {
            client.send(JOIN);
            assertThat(client.next()).isEqualTo(JOINED);
            greeter.greet("spring");
            assertThat(client.next())
                    .isEqualTo("[null,null,\"room:lobby\",\"greeted\",{\"whom\":\"spring\"}]");
        }
    }

    @Test
    void theEndpointEndsWithTheContext() throws Exception {
        ConfigurableApplicationContext context =
                new SpringApplicationBuilder(RealtimeApplication.class)
                        .properties("realtime.port=0")
                        .run();
        int port = context.getBean(Endpoint.class).address().getPort();
        try (Client client = new Client(port)) {
            client.send(JOIN);
            assertThat(client.next()).isEqualTo(JOINED);
            context.close();
            assertThat(client.next()).isEqualTo("closed with 1012");
        }
        assertThatThrownBy(() -> new Socket("127.0.0.1", port).close())
                .isInstanceOf(ConnectException.class);
    }
}
