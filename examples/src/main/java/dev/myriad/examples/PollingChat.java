package dev.myriad.examples;

import dev.myriad.channels.Endpoint;

/** The {@link EchoChat} for everybody: also for those whose proxies refuse WebSockets. */
final class PollingChat {
    private PollingChat() {}

    /** Serves the rooms at /socket/websocket and at /socket/longpoll; 0 = any free port. */
    static Endpoint serve(int port) {
        return Endpoint.builder()
                .port(port)
                .socket("/socket", socket -> socket.longPoll().channel("room:*", EchoChat::new))
                .start();
    }

    static void main() {
        Endpoint endpoint = serve(4000);
        Runtime.getRuntime().addShutdownHook(new Thread(endpoint::close));
        IO.println("Listening on " + endpoint.address());
    }
}
