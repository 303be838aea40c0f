package dev.myriad.compat.onejar;

import dev.myriad.channels.Channel;
import dev.myriad.channels.Endpoint;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.net.Transports;
import dev.myriad.protocol.Payload;

/** A chat in one jar: {@code java -jar chat.jar [PORT [TRANSPORT]]}. */
public final class Chat {
    private Chat() {}

    static final class Room extends Channel {
        @Override
        protected JoinResult join(String topic, Payload params) {
            return JoinResult.ok();
        }

        @Override
        protected Result handleIn(String event, Payload payload) {
            broadcast("said", payload);
            return Result.ok();
        }
    }

    static void main(String[] args) {
        Endpoint endpoint =
                Endpoint.builder()
                        .port(args.length > 0 ? Integer.parseInt(args[0]) : 4000)
                        .transport(
                                Transports.Kind.valueOf(
                                        args.length > 1 ? args[1].toUpperCase() : "AUTO"))
                        .socket("/socket", socket -> socket.channel("room:*", Room::new))
                        .start();
        Runtime.getRuntime().addShutdownHook(new Thread(endpoint::close));
        IO.println(
                "port " + endpoint.address().getPort() + ", " + endpoint.transport().name());
    }
}
