package dev.myriad.channels;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** A client of long polling by the JDK's HTTP client. Confined to one thread. */
final class Poller {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final String TOKEN_HEADER = "x-phoenix-longpoll-token";

    /** Where the session's token goes. */
    enum Place {
        HEADER,
        QUERY
    }

    /**
     * What a request brought.
     *
     * @param http the status of the response
     * @param status the one in its body, zero if that is not JSON
     */
    record Answer(int http, int status, String token, List<String> messages, HttpHeaders headers) {}

    /** The body of a response. */
    record Body(int status, @Nullable String token, @Nullable List<String> messages) {}

    final Wire wire;
    private final String url;
    private final Place place;
    private final Queue<String> received = new ArrayDeque<>();
    Optional<String> token = Optional.empty();

    /**
     * @param url of the path, with a query that is not empty
     */
    Poller(String url, Wire wire, Place place) {
        this.url = url;
        this.wire = wire;
        this.place = place;
    }

    /** Opens a session, and has its token from then on. */
    Poller open() throws Exception {
        Answer answer = poll();
        assertThat(answer.status()).isEqualTo(410);
        token = Optional.of(answer.token());
        return this;
    }

    Answer poll() throws Exception {
        return ask(request().GET().build());
    }

    CompletableFuture<Answer> pollLater() {
        return HTTP.sendAsync(request().GET().build(), HttpResponse.BodyHandlers.ofString())
                .thenApply(Poller::answer);
    }

    /** Sends one message. */
    Answer post(String text) throws Exception {
        return ask(request().POST(HttpRequest.BodyPublishers.ofString(text)).build());
    }

    /** Sends several messages, each text or base64. */
    Answer lines(List<String> lines) throws Exception {
        return ask(
                request()
                        .header("content-type", "application/x-ndjson")
                        .POST(HttpRequest.BodyPublishers.ofString(String.join("\n", lines)))
                        .build());
    }

    /** Joins with the same text as join ref and ref. */
    void join(String ref, String topic) throws Exception {
        assertThat(post(wire.message(ref, ref, topic, "phx_join", "{}")).status()).isEqualTo(200);
        assertThat(next()).isEqualTo(wire.reply(ref, ref, topic, "ok", "{}"));
    }

    /** The next message; polls until there is one. */
    String next() throws Exception {
        while (received.isEmpty()) {
            Answer answer = poll();
            assertThat(answer.status()).isIn(200, 204);
            received.addAll(answer.messages());
        }
        return received.remove();
    }

    HttpRequest.Builder request() {
        String target = place == Place.QUERY ? url + "&token=" + token.orElse("null") : url;
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(target));
        if (place == Place.HEADER) {
            token.ifPresent(present -> request.header(TOKEN_HEADER, present));
        }
        return request;
    }

    static Answer ask(HttpRequest request) throws Exception {
        return answer(HTTP.send(request, HttpResponse.BodyHandlers.ofString()));
    }

    private static Answer answer(HttpResponse<String> response) {
        boolean isJson =
                response.headers()
                        .firstValue("content-type")
                        .filter(type -> type.startsWith("application/json"))
                        .isPresent();
        Body body =
                isJson
                        ? JsonMapper.shared().readValue(response.body(), Body.class)
                        : new Body(0, null, null);
        return new Answer(
                response.statusCode(),
                body.status(),
                body.token() == null ? "" : body.token(),
                body.messages() == null ? List.of() : body.messages(),
                response.headers());
    }
}
