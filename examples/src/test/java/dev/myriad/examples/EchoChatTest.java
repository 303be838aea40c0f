package dev.myriad.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.myriad.channels.Endpoint;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EchoChatTest {
    /** A WebSocket client that keeps the text it receives. */
    private static final class Client implements WebSocket.Listener {
        private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final StringBuilder text = new StringBuilder();
        private final WebSocket socket;

        Client(HttpClient http, int port) {
            URI uri = URI.create("ws://127.0.0.1:%d/socket/websocket?vsn=2.0.0".formatted(port));
            socket = http.newWebSocketBuilder().buildAsync(uri, this).join();
        }

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket webSocket, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                received.add(text.toString());
                text.setLength(0);
            }
            webSocket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closed.completeExceptionally(error);
        }

        void send(String message) {
            socket.sendText(message, true).join();
        }

        @Nullable String next() throws InterruptedException {
            return received.poll(20, TimeUnit.SECONDS);
        }
    }

    /** Ctrl-C does the same as what a service manager sends. */
    @Test
    void aSignalTellsClientsToComeBack() throws Exception {
        Process program =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dport=0",
                                "-cp",
                                System.getProperty("java.class.path"),
                                EchoChat.class.getName())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (HttpClient http = HttpClient.newHttpClient()) {
            assumeTrue(program.supportsNormalTermination());
            String listening = program.inputReader().readLine();
            int port = Integer.parseInt(listening.substring(listening.lastIndexOf(':') + 1));
            Client client = new Client(http, port);
            program.destroy();
            assertThat(client.closed.get(20, TimeUnit.SECONDS)).isEqualTo(1012);
            assertThat(program.waitFor(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            program.destroyForcibly();
        }
    }

    @Test
    void twoClientsChat() throws Exception {
        try (Endpoint endpoint = EchoChat.serve(0);
                HttpClient http = HttpClient.newHttpClient()) {
            Client ada = new Client(http, endpoint.address().getPort());
            Client bob = new Client(http, endpoint.address().getPort());
            for (Client client : new Client[] {ada, bob}) {
                client.send("[\"1\",\"1\",\"room:lobby\",\"phx_join\",{}]");
                assertThat(client.next())
                        .isEqualTo(
                                "[\"1\",\"1\",\"room:lobby\",\"phx_reply\","
                                        + "{\"status\":\"ok\",\"response\":{\"room\":\"room:lobby\"}}]");
            }
            ada.send("[\"1\",\"2\",\"room:lobby\",\"say\",{\"text\":\"hello\"}]");
            for (Client client : new Client[] {ada, bob}) {
                assertThat(client.next())
                        .isEqualTo("[null,null,\"room:lobby\",\"said\",{\"text\":\"hello\"}]");
            }
            bob.send("[\"1\",\"2\",\"room:lobby\",\"echo\",{\"n\":1}]");
            assertThat(bob.next())
                    .isEqualTo(
                            "[\"1\",\"2\",\"room:lobby\",\"phx_reply\","
                                    + "{\"status\":\"ok\",\"response\":{\"n\":1}}]");
            ada.socket.abort();
            bob.socket.abort();
        }
    }
}
