package dev.myriad.testkit;

import dev.myriad.net.memory.MemoryClient;
import java.time.Duration;
import java.util.Optional;

/** How a client's messages travel: by a WebSocket, or by polls. Confined to the test's thread. */
interface Link {
    void send(String text);

    void send(byte[] bytes);

    /** The next message that came, if one comes in time: text, or binary in hexadecimal. */
    Optional<String> next(Duration patience);

    /** The code with which the server, or the network, ended it, if that happens in time. */
    Optional<Integer> closedWith(Duration patience);

    /** Takes nothing in until {@link #resume}. */
    void pause();

    void resume();

    /** The client leaves in good order. */
    void close();

    /** The network breaks. */
    void vanish();

    /** A WebSocket. */
    static Link of(MemoryClient client) {
        return new Link() {
            @Override
            public void send(String text) {
                client.send(text);
            }

            @Override
            public void send(byte[] bytes) {
                client.send(bytes);
            }

            @Override
            public Optional<String> next(Duration patience) {
                return client.next(patience);
            }

            @Override
            public Optional<Integer> closedWith(Duration patience) {
                return client.closedWith(patience);
            }

            @Override
            public void pause() {
                client.hold();
            }

            @Override
            public void resume() {
                client.release();
            }

            @Override
            public void close() {
                client.close(1000);
            }

            @Override
            public void vanish() {
                client.vanish();
            }
        };
    }
}
