package dev.myriad.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.Socket;

/** Asks a server at {@code /ready} whether it lets clients in. Stateless. */
final class Readiness {
    private static final byte[] QUESTION =
            "GET /ready HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n\r\n".getBytes(US_ASCII);
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final double PATIENCE_SECONDS = 180;

    private Readiness() {}

    /** Returns when it does. */
    static void await(Server server) {
        while (!isReady(server.target())) {
            server.check();
            if (server.age() > PATIENCE_SECONDS) {
                throw new BenchException("The server does not get ready: " + server.how());
            }
            Trial.sleep(1);
        }
    }

    private static boolean isReady(Target target) {
        try (Socket socket = new Socket(target.address(), target.port())) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(QUESTION);
            String answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);
            return answer.startsWith("HTTP/1.1 200");
        } catch (IOException _) {
            return false;
        }
    }
}
