package dev.myriad.server;

import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import java.util.Map;

/** Answers GET and HEAD by the exact path. Thread-safe if its routes are. */
record Router(Map<String, Route> routes) {
    /** What serves one path. It may block. */
    interface Route {
        HttpAnswer answer(HttpQuestion question);
    }

    HttpAnswer answer(HttpQuestion question) {
        Route route = routes.get(question.path());
        if (route == null) {
            return HttpAnswer.text(404, "There is nothing at this address.\n");
        }
        return switch (question.method()) {
            case "GET", "HEAD" -> route.answer(question); // of HEAD's answer only the head is sent
            default -> HttpAnswer.of(405).with("allow", "GET, HEAD");
        };
    }
}
