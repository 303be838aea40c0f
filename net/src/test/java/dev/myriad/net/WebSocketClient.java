package dev.myriad.net;

import dev.myriad.net.TestClient.Received;
import dev.myriad.protocol.FrameEncoder;

/** A WebSocket's client, for what holds whatever a client speaks. Confined to the test's thread. */
public record WebSocketClient(TestClient client) implements ConnectionConformance.Client {
    /** One that has been let in. */
    public static WebSocketClient open(Transport transport, String target) {
        return open(SocketConnection.to(transport.address(), 0), target);
    }

    /** One that has been let in, over that connection. */
    public static WebSocketClient open(TestConnection connection, String target) {
        TestClient client = new TestClient(connection);
        client.upgrade(target);
        return new WebSocketClient(client);
    }

    @Override
    public void text(byte[] bytes) {
        client.writeIgnoringErrors(TestClient.frame(FrameEncoder.TEXT, true, bytes));
    }

    @Override
    public void binary(byte[] bytes) {
        client.binary(bytes);
    }

    @Override
    public String nextText() {
        return client.nextText();
    }

    @Override
    public void awaitEnd() {
        Received next = client.next();
        while (!(next instanceof Received.Close) && !(next instanceof Received.End)) {
            next = client.next();
        }
    }

    @Override
    public void vanish() {
        client.reset();
    }

    @Override
    public void close() {
        client.close();
    }
}
