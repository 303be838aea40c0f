package dev.myriad.compat.desk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.channels.Endpoint;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The whole desk, started once: by HTTP and WebSocket, from the first question to the end. */
@Timeout(120)
class SupportDeskApplicationTest {
    private final ConfigurableApplicationContext desk =
            new SpringApplicationBuilder(SupportDesk.class)
                    .run(
                            "--myriad.port=0",
                            "--server.port=0",
                            "--myriad.drain.notice=3s",
                            "--desk.secret=known to the desk and its tests only");
    private final int port = desk.getBean(Endpoint.class).address().getPort();
    private final String web =
            "http://127.0.0.1:" + desk.getEnvironment().getProperty("local.server.port");
    private final Passes passes = desk.getBean(Passes.class);

    private static HttpRequest get(String url) {
        return HttpRequest.newBuilder(URI.create(url)).build();
    }

    private HttpResponse<String> post(String path, String token, String body)
            throws IOException, InterruptedException {
        return ask(
                HttpRequest.newBuilder(URI.create(web + path))
                        .header("content-type", "application/json")
                        .header("authorization", "Bearer " + token)
                        .POST(BodyPublishers.ofString(body))
                        .build());
    }

    private static HttpResponse<String> ask(HttpRequest request)
            throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request, BodyHandlers.ofString());
        }
    }

    @AfterEach
    void close() {
        desk.close();
    }

    @Test
    void aDayAtTheDesk() throws Exception {
        String expert = passes.sign(new User.Agent("Bob", User.Role.EXPERT));
        String trainee = passes.sign(new User.Agent("Tom", User.Role.TRAINEE));
        try (Browser bob = new Browser(port, "/agent", expert)) {
            bob.push("lobby", "phx_join", "{}");
            bob.awaits("\"tickets\"");
            String opened =
                    post("/tickets", "", "{\"customer\":\"Ada\",\"subject\":\"no light\"}").body();
            assertThat(bob.awaits("opened")).contains("Ada", "no light");

            String token = opened.replaceFirst(".*\"token\":\"([^\"]+)\".*", "$1");
            try (Browser ada = new Browser(port, "/customer", token)) {
                ada.push("ticket:1", "phx_join", "{}");
                assertThat(ada.awaits("history")).contains("\"lines\":[]");

                String path = "/tickets/1/messages";
                String text = "{\"text\":\"is it on?\"}";
                assertThat(post(path, token, text).statusCode()).isEqualTo(403);
                assertThat(post(path, trainee, text).statusCode()).isEqualTo(403);
                assertThat(post("/tickets/2/messages", expert, text).statusCode()).isEqualTo(404);
                assertThat(post(path, expert, "{}").statusCode()).isEqualTo(400);
                assertThat(post(path, expert, text).statusCode()).isEqualTo(201);
                assertThat(ada.awaits("said"))
                        .contains("\"number\":1,\"by\":\"Bob\",\"text\":\"is it on?\"");

                assertThat(ask(get(web + "/actuator/health/readiness")).statusCode())
                        .isEqualTo(200);
                assertThat(ask(get(web + "/actuator/health")).body())
                        .contains("\"connections\":2", "\"channels\":2");
                assertThat(ask(get(web + "/actuator/metrics/desk.tickets")).body())
                        .contains("\"value\":1.0");
                assertThat(ask(get(web + "/actuator/metrics/myriad.channels")).body())
                        .contains("\"value\":2.0");

                Thread end = Thread.startVirtualThread(desk::close);
                while (ask(get(web + "/actuator/health/readiness")).statusCode() == 200) {
                    Thread.onSpinWait();
                }
                ada.push("ticket:1", "say", "{\"text\":\"I am still heard\"}");
                assertThat(ada.awaits("said")).contains("I am still heard");
                assertThat(ada.awaits("closed")).isEqualTo("closed with 1012");
                assertThat(bob.awaits("closed")).isEqualTo("closed with 1012");
                end.join();
            }
        }
    }
}
