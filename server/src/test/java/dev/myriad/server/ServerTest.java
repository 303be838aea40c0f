package dev.myriad.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.myriad.cluster.NatsCluster;
import dev.myriad.net.Drain;
import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import dev.myriad.net.NetConfig;
import dev.myriad.net.NetException;
import dev.myriad.net.Transports;
import dev.myriad.net.TrustedProxies;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ServerTest {
    private static final NetConfig ANY_PORT = NetConfig.of("127.0.0.1", 0);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void servesItsRoutesUntilClosed(boolean demo) throws IOException {
        String url;
        try (Server server = Server.start(Transports.Kind.AUTO, ANY_PORT, demo)) {
            url = server.url();
            assertThat(get(url, "/health"))
                    .startsWith("HTTP/1.1 200")
                    .contains("\"status\":\"ok\"");
            assertThat(get(url, "/metrics"))
                    .startsWith("HTTP/1.1 200")
                    .contains(
                            "myriad_accepted_total",
                            "myriad_log_dropped_total",
                            "myriad_process_crashes_total",
                            "process_resident_memory_bytes",
                            "jvm_memory_used_bytes{area=\"heap\"");
            assertThat(get(url, "/nowhere")).startsWith("HTTP/1.1 404");
            assertThat(get(url, "/")).startsWith("HTTP/1.1 200").contains("Myriad");
            for (String path : List.of("/app.js", "/chat", "/dashboard", "/orderbook")) {
                assertThat(get(url, path)).startsWith(demo ? "HTTP/1.1 200" : "HTTP/1.1 404");
            }
            assertThat(get(url, "/viewers")).startsWith(demo ? "HTTP/1.1 405" : "HTTP/1.1 404");
        }
        String closed = url;
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> get(closed, "/health"));
    }

    @Test
    void isNotReadyAnyMoreBeforeItCloses() throws Exception {
        try (Server server = Server.start(Transports.Kind.AUTO, ANY_PORT, false)) {
            String url = server.url();
            assertThat(get(url, "/ready")).startsWith("HTTP/1.1 200");
            Thread stopping = Thread.ofVirtual().start(() -> server.stop(Duration.ofHours(1)));
            await().atMost(20, TimeUnit.SECONDS)
                    .until(() -> get(url, "/ready").startsWith("HTTP/1.1 503"));
            assertThat(get(url, "/health")).startsWith("HTTP/1.1 200");
            stopping.interrupt(); // the notice is over
            stopping.join();
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> get(url, "/ready"));
        }
    }

    /** A node without NATS serves its own clients, and says what it is to whoever asks. */
    @Test
    void aNodeThatIsCutOffSaysSo() throws Exception {
        try (Server server =
                Server.start(
                        Transports.Kind.AUTO,
                        ANY_PORT,
                        Drain.atOnce(1_000),
                        Duration.ZERO,
                        Optional.of(NatsCluster.at("nats://127.0.0.1:1").node("alone").build()),
                        true)) {
            String url = server.url();
            assertThat(server.announcement()).contains("the node alone of the cluster myriad");
            assertThat(get(url, "/ready"))
                    .startsWith("HTTP/1.1 200")
                    .contains("cut off from the other nodes");
            assertThat(get(url, "/metrics")).contains("myriad_cluster_connected 0.0");
            server.readyNeedsNats();
            assertThat(get(url, "/ready")).startsWith("HTTP/1.1 503").contains("cut off");
        }
    }

    @Test
    void startsAgainOnThePortThatItLeft() {
        int port;
        try (Server server = Server.start(Transports.Kind.AUTO, ANY_PORT, false)) {
            port = URI.create(server.url()).getPort();
        }
        NetConfig samePort = NetConfig.of("127.0.0.1", port);
        try (Server server = Server.start(Transports.Kind.AUTO, samePort, false)) {
            assertThat(URI.create(server.url()).getPort()).isEqualTo(port);
        }
    }

    @Test
    void aTrustedProxySaysWhoseConnectionItIs() throws IOException {
        NetConfig config =
                ANY_PORT.withLimits(Limits.DEFAULT.with(Limit.CONNECTIONS_PER_ADDRESS_MAX, 1))
                        .withTrustedProxies(TrustedProxies.of(List.of("127.0.0.1")));
        try (Server server = Server.start(Transports.Kind.AUTO, config, true);
                Socket one = socket(server.url());
                Socket other = socket(server.url());
                Socket again = socket(server.url())) {
            assertThat(upgrade(one, "10.1.2.3")).startsWith("HTTP/1.1 101");
            assertThat(upgrade(other, "10.1.2.4")).startsWith("HTTP/1.1 101");
            assertThat(upgrade(again, "10.1.2.3")).startsWith("HTTP/1.1 429");
        }
    }

    private static Socket socket(String url) throws IOException {
        URI server = URI.create(url);
        return new Socket(server.getHost(), server.getPort());
    }

    /** The first line of the answer. */
    private static String upgrade(Socket proxy, String client) throws IOException {
        String head =
                "GET /socket/websocket HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\n"
                        + "connection: upgrade\r\nsec-websocket-version: 13\r\n"
                        + "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + "x-forwarded-for: "
                        + client
                        + "\r\n\r\n";
        proxy.getOutputStream().write(head.getBytes(UTF_8));
        return new BufferedReader(new InputStreamReader(proxy.getInputStream(), UTF_8)).readLine();
    }

    @Test
    void aTakenPortIsOneClearSentenceAndExit1() throws IOException {
        try (ServerSocket other = new ServerSocket(0)) {
            String port = Integer.toString(other.getLocalPort());
            StringWriter err = new StringWriter();
            CommandLine command = Main.commandLine().setErr(new PrintWriter(err, true));
            assertThat(command.execute("serve", "--port", port)).isEqualTo(1);
            assertThat(err.toString()).startsWith("myriad: ").contains(port);
            assertThat(err.toString().lines()).hasSize(1);
        }
    }

    @Test
    void eachTransportNamesTheTakenPort() throws IOException {
        try (ServerSocket other = new ServerSocket(0)) {
            NetConfig taken = NetConfig.of("127.0.0.1", other.getLocalPort());
            for (Transports.Kind kind : List.of(Transports.Kind.AUTO, Transports.Kind.NETTY)) {
                assertThatExceptionOfType(NetException.class)
                        .isThrownBy(() -> Server.start(kind, taken, false))
                        .withMessageContaining(Integer.toString(other.getLocalPort()));
            }
        }
    }

    private static String get(String url, String path) throws IOException {
        try (Socket socket = socket(url)) {
            String head = "GET " + path + " HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(UTF_8));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }
}
