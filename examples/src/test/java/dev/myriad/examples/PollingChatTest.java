package dev.myriad.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.channels.Endpoint;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PollingChatTest {
    @Test
    void whoHasNoWebSocketPolls() throws Exception {
        try (Endpoint endpoint = PollingChat.serve(0);
                HttpClient http = HttpClient.newHttpClient()) {
            String url =
                    "http://127.0.0.1:%d/socket/longpoll?vsn=2.0.0"
                            .formatted(endpoint.address().getPort());
            String opened = ask(http, HttpRequest.newBuilder(URI.create(url)).build());
            String token = opened.replaceAll(".*\"token\":\"([^\"]*)\".*", "$1");
            URI session = URI.create(url + "&token=" + token);
            String join = "[\"1\",\"1\",\"room:lobby\",\"phx_join\",{}]";
            HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.ofString(join);
            assertThat(ask(http, HttpRequest.newBuilder(session).POST(body).build()))
                    .isEqualTo("{\"status\":200}");
            assertThat(ask(http, HttpRequest.newBuilder(session).build()))
                    .contains("\\\"room\\\":\\\"room:lobby\\\"");
        }
    }

    private static String ask(HttpClient http, HttpRequest request) throws Exception {
        return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
}
