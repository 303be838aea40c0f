package dev.myriad.compat.spring;

import dev.myriad.channels.Endpoint;
import java.util.Map;
import org.springframework.stereotype.Component;

/** A bean like any other that has something to tell. Thread-safe. */
@Component
class Greeter {
    private final Endpoint endpoint;

    Greeter(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    void greet(String whom) {
        endpoint.broadcast("room:lobby", "greeted", Map.of("whom", whom));
    }
}
