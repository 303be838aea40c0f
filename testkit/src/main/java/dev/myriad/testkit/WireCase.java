package dev.myriad.testkit;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * What a server must do on one connection: frames in and frames out, in order. Immutable.
 *
 * @param name of the row in the state machine that it shows
 */
public record WireCase(String name, List<WireStep> steps) {
    private static final String PROBE = "[null,\"probe\",\"phoenix\",\"heartbeat\",{}]";
    private static final String PROBED =
            "[null,\"probe\",\"phoenix\",\"phx_reply\",{\"status\":\"ok\",\"response\":{}}]";

    public WireCase {
        steps = List.copyOf(steps);
    }

    static WireCase of(String name, WireStep... steps) {
        return new WireCase(name, List.of(steps));
    }

    /**
     * Plays the case on a connection of its own. If that is to stay open, a heartbeat at the end
     * shows that it has, and that nothing came that should not.
     *
     * @param url of the WebSocket, with the query that the server wants beside {@code vsn}
     * @throws AssertionError if the server does something else; the message tells what came before
     */
    public void run(URI url) {
        List<String> seen = new ArrayList<>();
        try (WireClient client = WireClient.connect(Conformance.url(url))) {
            for (WireStep step : steps) {
                play(client, step, seen);
            }
            if (!(steps.getLast() instanceof WireStep.Closed)) {
                play(client, WireStep.send(PROBE), seen);
                play(client, WireStep.receive(PROBED), seen);
            }
        }
    }

    private void play(WireClient client, WireStep step, List<String> seen) {
        switch (step) {
            case WireStep.Send(String text) -> {
                client.send(text);
                seen.add("> " + text);
            }
            case WireStep.Receive(List<String> anyOf) -> {
                String came = client.next();
                seen.add("< " + came);
                if (anyOf.stream().noneMatch(expected -> isSame(expected, came))) {
                    throw failure(String.join("\n     or: ", anyOf), seen);
                }
            }
            case WireStep.Closed(List<Integer> anyOf) -> {
                String came = client.next();
                seen.add("< " + came);
                if (anyOf.stream().noneMatch(code -> came.equals(WireClient.closed(code)))) {
                    throw failure("closed with one of " + anyOf, seen);
                }
            }
        }
    }

    private static boolean isSame(String expected, String came) {
        return came.startsWith("[") && Json.tree(expected).equals(Json.tree(came));
    }

    private AssertionError failure(String expected, List<String> seen) {
        return new AssertionError(
                "%s\nexpected: %s\nbut this happened:\n  %s"
                        .formatted(name, expected, String.join("\n  ", seen)));
    }

    @Override
    public String toString() {
        return name;
    }
}
