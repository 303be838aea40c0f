package dev.myriad.examples;

import dev.myriad.channels.Endpoint;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import java.util.concurrent.CompletableFuture;

/** An endpoint that says over HTTP how it is. */
public final class Observed {
    private Observed() {}

    static Endpoint start(Endpoint.Builder builder) {
        CompletableFuture<Endpoint> started = new CompletableFuture<>();
        Endpoint endpoint = builder.http(question -> answer(question, started.join())).start();
        started.complete(endpoint);
        return endpoint;
    }

    private static HttpAnswer answer(HttpQuestion question, Endpoint endpoint) {
        return switch (question.path()) {
            case "/health" -> HttpAnswer.text(200, "ok\n");
            case "/metrics" ->
                    HttpAnswer.text(
                            200,
                            "channels %d\nconnections %d\n"
                                    .formatted(
                                            endpoint.stats().channels(),
                                            endpoint.transport().stats().open()));
            default -> HttpAnswer.text(404, "not found\n");
        };
    }
}
