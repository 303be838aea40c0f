package dev.myriad.net.engine;

import dev.myriad.net.HttpAnswer;

/** What the engine answers by itself when it refuses. Thread-safe: no state. */
public final class Refusal {
    private static final String RETRY_AFTER_SECONDS = "5";

    static final String OVERLOADED = "overloaded";

    static final HttpAnswer INTERNAL_ERROR = HttpAnswer.text(500, "internal error");

    private Refusal() {}

    /** With a text for the human who reads it, and the headers that the status asks for. */
    public static HttpAnswer of(int status, String text) {
        return switch (status) {
            case 426 -> HttpAnswer.upgradeRequired(text);
            case 429, 503 -> HttpAnswer.text(status, text).with("retry-after", RETRY_AFTER_SECONDS);
            default -> HttpAnswer.text(status, text);
        };
    }
}
