package dev.myriad.channels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import dev.myriad.net.NetException;
import dev.myriad.net.Transports;
import dev.myriad.protocol.Payload;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server that is stopped for longer than its limits are, and goes on, keeps its clients. */
@Timeout(60)
@EnabledOnOs({OS.LINUX, OS.MAC})
class StandStillTest {
    private static final int CLIENTS = 20;
    private static final String ROOM = "room:a";
    private static final Duration WINDOW = Duration.ofSeconds(3);
    private static final Duration PAUSE = Duration.ofSeconds(8);

    private static final Limits LIMITS =
            Limits.DEFAULT.with(Limit.IDLE_MILLIS, 6_000).with(Limit.HANDSHAKE_MILLIS, 6_000);

    static final class Room extends Channel {
        @Override
        protected JoinResult join(String topic, Payload params) {
            return JoinResult.ok();
        }

        @Override
        protected Result handleIn(String event, Payload payload) {
            return Result.ok();
        }
    }

    /** The server, a program of its own. */
    static final class Served {
        public static void main(String[] args) throws InterruptedException {
            try (Endpoint endpoint =
                    Endpoint.builder()
                            .transport(Transports.Kind.valueOf(args[0]))
                            .limits(LIMITS)
                            .socket(
                                    "/s",
                                    socket ->
                                            socket.channel("room:*", Room::new)
                                                    .longPoll(poll -> poll.window(WINDOW)))
                            .start()) {
                System.out.println(endpoint.address().getPort());
                new CountDownLatch(1).await();
            } catch (NetException e) {
                System.out.println("no");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Transports.Kind.class,
            names = {"URING", "NETTY"})
    void nobodyIsLost(Transports.Kind kind) throws Exception {
        Process server =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Served.class.getName(),
                                kind.name())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (BufferedReader output = server.inputReader()) {
            String port = output.readLine();
            Assumptions.assumeFalse("no".equals(port), "no " + kind);
            play(server, "127.0.0.1:" + port);
        } finally {
            server.destroyForcibly();
        }
    }

    private static void play(Process server, String host) throws Exception {
        List<TextSocket> sockets = new ArrayList<>();
        List<Poller> pollers = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            sockets.add(new TextSocket("ws://" + host + "/s/websocket?vsn=2.0.0"));
            String url = "http://" + host + "/s/longpoll?vsn=2.0.0";
            pollers.add(new Poller(url, Wire.V2, Poller.Place.HEADER).open());
        }
        for (TextSocket socket : sockets) {
            socket.send(Wire.V2.message("1", "1", ROOM, "phx_join", "{}"));
            assertThat(socket.next()).isEqualTo(Wire.V2.reply("1", "1", ROOM, "ok", "{}"));
        }
        List<CompletableFuture<Poller.Answer>> polls =
                pollers.stream().map(Poller::pollLater).toList();
        for (TextSocket socket : sockets) {
            say(socket, "2");
        }
        signal(server, "STOP");
        assertThat(server.waitFor(PAUSE.toMillis(), TimeUnit.MILLISECONDS)).isFalse();
        signal(server, "CONT");
        for (CompletableFuture<Poller.Answer> poll : polls) {
            assertThat(poll.get().status()).isEqualTo(204);
        }
        for (TextSocket socket : sockets) {
            say(socket, "3");
        }
        for (Poller poller : pollers) {
            poller.join("1", ROOM);
        }
    }

    private static void say(TextSocket socket, String ref) throws InterruptedException {
        socket.send(Wire.V2.message("1", ref, ROOM, "here", "{}"));
        assertThat(socket.next()).isEqualTo(Wire.V2.reply("1", ref, ROOM, "ok", "{}"));
    }

    private static void signal(Process server, String name)
            throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-" + name, "" + server.pid()).start().waitFor();
        assertThat(code).isZero();
    }
}
