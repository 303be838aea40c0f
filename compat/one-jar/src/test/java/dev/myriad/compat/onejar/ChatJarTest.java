package dev.myriad.compat.onejar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The jar, started as its users start it. */
@Timeout(120)
class ChatJarTest {
    private static final Path JAR = Path.of("target/chat.jar");
    private static final String JOIN = "[\"1\",\"1\",\"room:lobby\",\"phx_join\",{}]";

    /** What a program in one jar prints and answers, and nothing else: no warning of the JVM. */
    @ParameterizedTest
    @ValueSource(strings = {"auto", "netty"})
    void startsServesAndSaysGoodbye(String transport) throws Exception {
        Process chat =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-XX:+UseCompactObjectHeaders",
                                "-jar",
                                JAR.toString(),
                                "0",
                                transport)
                        .redirectErrorStream(true)
                        .start();
        try (BufferedReader out = chat.inputReader();
                HttpClient http = HttpClient.newHttpClient()) {
            BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            WebSocket socket =
                    http.newWebSocketBuilder()
                            .buildAsync(url(port(out)), new Ears(heard))
                            .get(30, TimeUnit.SECONDS);
            socket.sendText(JOIN, true).get(30, TimeUnit.SECONDS);
            assertEquals(
                    "[\"1\",\"1\",\"room:lobby\",\"phx_reply\",{\"status\":\"ok\",\"response\":{}}]",
                    heard.poll(30, TimeUnit.SECONDS));
            chat.toHandle().destroy(); // SIGTERM, and what it says can still be read
            assertEquals("closed with 1012", heard.poll(30, TimeUnit.SECONDS));
            assertEquals(
                    List.of(),
                    out.lines()
                            .filter(line -> line.contains("WARNING"))
                            .filter(line -> !line.contains("open files")) // the machine's affair
                            .toList());
        } finally {
            chat.destroyForcibly().waitFor();
        }
    }

    /** Lines before it are those of a log. */
    private static int port(BufferedReader out) throws IOException {
        StringBuilder said = new StringBuilder();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.contains("WARNING")) {
                break;
            }
            if (line.startsWith("port ")) {
                return Integer.parseInt(line.replaceAll("port (\\d+).*", "$1"));
            }
            said.append(line).append('\n');
        }
        throw new AssertionError("it said:\n" + said);
    }

    private static URI url(int port) {
        return URI.create("ws://127.0.0.1:" + port + "/socket/websocket?vsn=2.0.0");
    }

    @Test
    void saysWhatItIs() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            assertEquals("true", jar.getManifest().getMainAttributes().getValue("Multi-Release"));
            assertEquals(
                    0, jar.stream().filter(e -> e.getName().endsWith("module-info.class")).count());
            assertNotNull(jar.getEntry("META-INF/LICENSE"));
        }
    }

    private record Ears(BlockingQueue<String> heard) implements WebSocket.Listener {
        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
            heard.add(text.toString());
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            heard.add("closed with " + code);
            return null;
        }
    }
}
