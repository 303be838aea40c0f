package dev.myriad.examples;

import dev.myriad.channels.Channel;
import dev.myriad.channels.Endpoint;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.protocol.Payload;
import java.util.Map;

/** A chat: whoever joins a room hears what the others in it say. */
public final class EchoChat extends Channel {
    @Override
    protected JoinResult join(String topic, Payload params) {
        return JoinResult.ok(Map.of("room", topic));
    }

    @Override
    protected Result handleIn(String event, Payload payload) {
        return switch (event) {
            case "echo" -> Result.ok(payload);
            case "say" -> {
                broadcast("said", payload);
                yield Result.noReply();
            }
            default -> Result.error(Map.of("reason", "unknown event"));
        };
    }

    /** Serves the rooms at ws://127.0.0.1:PORT/socket/websocket; 0 = any free port. */
    static Endpoint serve(int port) {
        return Endpoint.builder()
                .port(port)
                .socket("/socket", socket -> socket.channel("room:*", EchoChat::new))
                .start();
    }

    static void main() {
        Endpoint endpoint = serve(Integer.getInteger("port", 4000));
        Runtime.getRuntime().addShutdownHook(new Thread(endpoint::close));
        IO.println("Listening on " + endpoint.address());
    }
}
