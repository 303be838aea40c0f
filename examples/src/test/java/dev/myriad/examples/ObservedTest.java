package dev.myriad.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.channels.Endpoint;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ObservedTest {
    private static String get(HttpClient http, Endpoint endpoint, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + endpoint.address().getPort() + path);
        return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }

    @Test
    void saysHowItIs() throws Exception {
        try (Endpoint endpoint = Observed.start(Endpoint.builder());
                HttpClient http = HttpClient.newHttpClient()) {
            assertThat(get(http, endpoint, "/health")).isEqualTo("ok\n");
            assertThat(get(http, endpoint, "/metrics").lines())
                    .contains("myriad_channels 0.0", "myriad_connections 0.0")
                    .contains("myriad_process_overflows_total 0.0");
            assertThat(get(http, endpoint, "/")).isEqualTo("not found\n");
        }
    }
}
