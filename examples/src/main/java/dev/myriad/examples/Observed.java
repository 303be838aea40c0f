package dev.myriad.examples;

import dev.myriad.channels.Endpoint;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;

/** An endpoint that says over HTTP how it is. */
public final class Observed {
    private Observed() {}

    static Endpoint start(Endpoint.Builder builder) {
        return builder.http(Observed::answer).start();
    }

    private static HttpAnswer answer(Endpoint endpoint, HttpQuestion question) {
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
