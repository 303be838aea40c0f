package dev.myriad.compat.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.myriad.channels.Endpoint;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ConfigurableApplicationContext;

@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = "myriad.port=0")
@Timeout(120)
class RealtimeApplicationTest {
    private static final String GUEST = "/guest/websocket?vsn=2.0.0&name=Ada";
    private static final String JOIN = "[\"1\",\"1\",\"room:lobby\",\"phx_join\",{}]";
    private static final String JOINED = reply("1", "ok", "{}");

    @Autowired private Endpoint endpoint;

    @Value("${local.server.port}")
    private int webPort;

    private static String reply(String ref, String status, String response) {
        return "[\"1\",\"%s\",\"room:lobby\",\"phx_reply\",{\"status\":\"%s\",\"response\":%s}]"
                .formatted(ref, status, response);
    }

    private HttpResponse<String> ask(HttpRequest.Builder request, String path)
            throws IOException, InterruptedException {
        URI url = URI.create("http://127.0.0.1:" + webPort + path);
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request.uri(url).build(), BodyHandlers.ofString());
        }
    }

    private Client guest() throws InterruptedException {
        Client client = new Client(endpoint.address().getPort(), GUEST);
        client.send(JOIN);
        assertThat(client.next()).isEqualTo(JOINED);
        assertThat(client.next()).contains("\"history\",{\"messages\":[");
        return client;
    }

    @Test
    void aGuestIsHeardAndMindsItsManners() throws Exception {
        try (Client client = guest()) {
            client.send("[\"1\",\"2\",\"room:lobby\",\"say\",{\"text\":\"hello\"}]");
            assertThat(client.next()).contains("\"said\"", "\"by\":\"Ada\",\"text\":\"hello\"");
            assertThat(client.next()).isEqualTo(reply("2", "ok", "{}"));
            client.send("[\"1\",\"3\",\"room:lobby\",\"say\",{\"text\":\"darn\"}]");
            assertThat(client.next())
                    .isEqualTo(reply("3", "error", "{\"reason\":\"mind your manners\"}"));
        }
    }

    @Test
    void aHostNeedsTheKey() {
        assertThatThrownBy(
                        () ->
                                new Client(
                                        endpoint.address().getPort(),
                                        "/host/websocket?vsn=2.0.0"))
                .rootCause()
                .hasMessageContaining("403");
    }

    @Test
    void whatIsPostedIsHeardInTheRoom() throws Exception {
        try (Client client = guest()) {
            HttpRequest.Builder post =
                    HttpRequest.newBuilder()
                            .header("content-type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString("{\"text\":\"news\"}"));
            assertThat(ask(post, "/rooms/lobby").statusCode()).isEqualTo(200);
            assertThat(client.next())
                    .contains("\"said\"", "\"by\":\"a post\",\"text\":\"news\"");
        }
        try (Client late = new Client(endpoint.address().getPort(), GUEST)) {
            late.send(JOIN);
            assertThat(late.next()).isEqualTo(JOINED);
            assertThat(late.next()).contains("\"history\"", "\"by\":\"a post\",\"text\":\"news\"");
        }
    }

    @Test
    void theActuatorShowsHealthReadinessAndMetrics() throws Exception {
        try (Client _ = guest()) {
            assertThat(ask(HttpRequest.newBuilder(), "/actuator/health").body())
                    .contains("\"myriad\":{\"details\":{")
                    .contains("\"channels\":1");
            assertThat(ask(HttpRequest.newBuilder(), "/actuator/health/readiness").statusCode())
                    .isEqualTo(200);
            assertThat(ask(HttpRequest.newBuilder(), "/actuator/metrics/myriad.channels").body())
                    .contains("\"value\":1.0");
        }
    }

    @Test
    void theEndpointEndsWithTheContext() throws Exception {
        ConfigurableApplicationContext context =
                new SpringApplicationBuilder(RealtimeApplication.class)
                        .run("--myriad.port=0", "--server.port=0");
        int port = context.getBean(Endpoint.class).address().getPort();
        try (Client client = new Client(port, GUEST)) {
            client.send(JOIN);
            assertThat(client.next()).isEqualTo(JOINED);
            assertThat(client.next()).contains("\"history\"");
            context.close();
            assertThat(client.next()).isEqualTo("closed with 1012");
        }
        assertThatThrownBy(() -> new Socket("127.0.0.1", port).close())
                .isInstanceOf(ConnectException.class);
    }
}
