package dev.myriad.server;

import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import java.util.Map;
import java.util.function.Function;

/** Answers by the exact path. Thread-safe if its routes are. */
record Router(Map<String, Route> routes) {
    /** What serves one path. It may block. */
    interface Route {
        HttpAnswer answer(HttpQuestion question);

        /** Whether it gets all methods, and says itself which it serves; else GET and HEAD only. */
        default boolean takesAllMethods() {
            return false;
        }
    }

    /** A route that serves what it likes. */
    record AnyMethod(Function<HttpQuestion, HttpAnswer> served) implements Route {
        @Override
        public HttpAnswer answer(HttpQuestion question) {
            return served.apply(question);
        }

        @Override
        public boolean takesAllMethods() {
            return true;
        }
    }

    HttpAnswer answer(HttpQuestion question) {
        Route route = routes.get(question.path());
        if (route == null) {
            return HttpAnswer.text(404, "There is nothing at this address.\n");
        }
        if (route.takesAllMethods()) {
            return route.answer(question);
        }
        return switch (question.method()) {
            case "GET", "HEAD" -> route.answer(question); // of HEAD's answer only the head is sent
            default -> HttpAnswer.of(405).with("allow", "GET, HEAD");
        };
    }
}
