package dev.myriad.server;

import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A route that is made by its first request, so that the start does not pay for it. Thread-safe.
 */
final class Lazily implements Router.Route {
    private final Supplier<Router.Route> maker;
    private Router.@Nullable Route made;

    Lazily(Supplier<Router.Route> maker) {
        this.maker = maker;
    }

    @Override
    public HttpAnswer answer(HttpQuestion question) {
        return route().answer(question);
    }

    private synchronized Router.Route route() {
        Router.Route present = made;
        if (present == null) {
            present = maker.get();
            made = present;
        }
        return present;
    }
}
