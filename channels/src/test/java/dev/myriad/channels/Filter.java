package dev.myriad.channels;

import dev.myriad.protocol.Payload;
import java.util.Map;
import java.util.Set;

/** A channel that lets some broadcasts through, some not, and changes others. */
final class Filter extends Channel {
    private int dropped;

    @Override
    protected JoinResult join(String topic, Payload params) {
        return JoinResult.ok();
    }

    @Override
    protected Set<String> intercepts() {
        return topic().endsWith("open")
                ? Set.of()
                : Set.of("same", "changed", "dropped", "stopping", "crashing");
    }

    @Override
    protected void handleOut(String event, Payload payload) throws Exception {
        switch (event) {
            case "changed" -> push("other", Map.of("of", topic()));
            case "dropped" -> dropped++;
            case "stopping" -> stop("enough");
            case "crashing" -> throw new IllegalStateException("planted");
            default -> super.handleOut(event, payload);
        }
    }

    @Override
    protected Result handleIn(String event, Payload payload) {
        return switch (event) {
            case "dropped?" -> Result.ok(Map.of("dropped", dropped));
            case "from" -> {
                broadcastFrom("same", payload);
                yield Result.ok();
            }
            default -> {
                broadcast(event, payload);
                yield Result.ok();
            }
        };
    }
}
