package dev.myriad.testkit;

import java.util.List;

/** What happens on a connection, as its client sees it. Immutable. */
public sealed interface WireStep {
    /** The client sends a text frame. */
    record Send(String text) implements WireStep {}

    /**
     * The next frame that the client receives is a text frame that is the same JSON as one of
     * these.
     */
    record Receive(List<String> anyOf) implements WireStep {
        public Receive {
            anyOf = List.copyOf(anyOf);
        }
    }

    /** The next thing that the client receives is the end, with one of these codes. */
    record Closed(List<Integer> anyOf) implements WireStep {
        public Closed {
            anyOf = List.copyOf(anyOf);
        }
    }

    static WireStep send(String text) {
        return new Send(text);
    }

    static WireStep receive(String... anyOf) {
        return new Receive(List.of(anyOf));
    }

    static WireStep closed(Integer... anyOf) {
        return new Closed(List.of(anyOf));
    }
}
