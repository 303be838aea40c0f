package dev.myriad.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.myriad.net.memory.MemoryTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a request tells, in its path and its headers; they are made to the host {@code localhost}.
 */
@Timeout(60)
class ConnectInfoTest {
    private record Asked(String socket, Map<String, String> params, ConnectInfo info) {}

    private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
    private final List<Endpoint> endpoints = new ArrayList<>();

    @AfterEach
    void close() {
        endpoints.forEach(Endpoint::close);
    }

    private Endpoint serve(Consumer<SocketRoutes> more, String... paths) {
        Endpoint.Builder builder = Endpoint.builder();
        for (String path : paths) {
            builder.socket(
                    path,
                    socket -> {
                        socket.connect(
                                (params, info) -> {
                                    asked.add(new Asked(path, params, info));
                                    return ConnectResult.ok();
                                });
                        more.accept(socket);
                        socket.channel("*", Filter::new);
                    });
        }
        Endpoint endpoint = builder.transport(app -> MemoryTransport.start(1, app)).start();
        endpoints.add(endpoint);
        return endpoint;
    }

    private static int status(Endpoint endpoint, String target, String headers) {
        return ((MemoryTransport) endpoint.transport()).connect(target, headers).status();
    }

    private ConnectInfo infoOf(Endpoint endpoint, String target, String headers)
            throws InterruptedException {
        assertThat(status(endpoint, target, headers)).isEqualTo(101);
        return asked.take().info();
    }

    /** In a log it tells no secrets: neither the query nor the headers. */
    @Test
    void showsMethodAndPath() throws Exception {
        Endpoint endpoint = serve(_ -> {}, "/ws");
        String target = "/ws/websocket?token=secret";
        assertThat(infoOf(endpoint, target, "Cookie: key=secret\r\n"))
                .asString()
                .startsWith(
                        "ConnectInfo[request=GET /ws/websocket, peer=%s, scheme=http, session=%s, now="
                                .formatted(MemoryTransport.LOOPBACK, Optional.empty()));
    }

    // ---- the path

    @ParameterizedTest
    @CsvSource({
        "/ws/42/websocket,                   /ws/:user_id",
        "/ws/me/websocket,                   /ws/me", // a fixed path goes first
        "/ws/m%65/websocket,                 /ws/me",
        "/w%73/42/websocket,                 /ws/:user_id",
        "/ws/42/rooms/7/websocket,           /ws/:user_id/rooms/:room",
        "/ws/42/rooms/all/websocket,         /ws/:user_id/rooms/:room", // the first declared
        "/ws/websocket,                      ",
        "/ws//websocket,                     ",
        "/ws/42,                             ",
        "/ws/42/longpoll,                    ",
        "/ws/42/web%73ocket,                 /ws/:user_id",
        "/ws/42/websocket/,                  /ws/:user_id", // empty segments do not count
        "/ws/42/7/websocket,                 ",
        "/ws/a/b/websocket,                  ",
        "/WS/42/websocket,                   ",
    })
    void findsTheSocket(String target, @Nullable String path) throws Exception {
        Endpoint endpoint =
                serve(
                        _ -> {},
                        "/ws/:user_id",
                        "/ws/me",
                        "/ws/:user_id/rooms/:room",
                        "/ws/:id/rooms/all/");
        int status = status(endpoint, target + "?vsn=2.0.0", "");
        if (path == null) {
            assertThat(status).isEqualTo(404);
        } else {
            assertThat(status).isEqualTo(101);
            assertThat(asked.take().socket()).isEqualTo(path);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/ws/42/websocket?vsn=2.0.0&a=b,          42",
        "/ws/42/websocket?vsn=2.0.0&user_id=7,    42", // the path goes before the query
        "/ws/a%20b/websocket?vsn=2.0.0,           a b",
        "/ws/a+b/websocket?vsn=2.0.0,             a+b",
        "/ws/a%2Fb/websocket?vsn=2.0.0,           a/b", // an escaped slash separates nothing
        "/ws/Zo%C3%AB/websocket?vsn=2.0.0,        Zoë",
        "/ws/:user_id/websocket?vsn=2.0.0,        :user_id",
        "/ws/me%3F/websocket?vsn=2.0.0,           me?",
    })
    void itsParametersAreAmongTheQuerys(String target, String value) throws Exception {
        Endpoint endpoint = serve(_ -> {}, "/ws/:user_id");
        assertThat(status(endpoint, target, "")).isEqualTo(101);
        assertThat(asked.take().params())
                .containsEntry("user_id", value)
                .containsEntry("vsn", "2.0.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ws/:", "/ws/:a-b", "/ws/:1", "/ws/:a/:a", "/:é"})
    void aParameterNeedsANameOfItsOwn(String path) {
        assertThatThrownBy(() -> Endpoint.builder().socket(path, _ -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not name a parameter");
    }

    // ---- the headers

    @Test
    void tellsWhatTheHeadersSay() throws Exception {
        Endpoint endpoint = serve(_ -> {}, "/s");
        List<String> lines =
                List.of(
                        "User-Agent: Phone/1.0",
                        "X-Real-Ip: 10.0.0.1",
                        "X-Tag: a",
                        "x-tag: b",
                        "Traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                        "Tracestate: a=1",
                        "Xylophone: no");
        String headers = String.join("\r\n", lines) + "\r\n";
        ConnectInfo info = infoOf(endpoint, "/s/websocket?vsn=2.0.0", headers);
        assertThat(info.userAgent()).contains("Phone/1.0");
        assertThat(info.xHeaders())
                .isEqualTo(Map.of("x-real-ip", List.of("10.0.0.1"), "x-tag", List.of("a", "b")));
        assertThat(info.traceContextHeaders())
                .containsOnlyKeys("traceparent", "tracestate")
                .containsEntry("tracestate", List.of("a=1"));
        ConnectInfo bare = infoOf(endpoint, "/s/websocket?vsn=2.0.0", "");
        assertThat(bare.userAgent()).isEmpty();
        assertThat(bare.xHeaders()).isEmpty();
        assertThat(bare.traceContextHeaders()).isEmpty();
        assertThat(bare.session()).isEmpty();
    }

    @Test
    void findsCookies() throws Exception {
        Endpoint endpoint = serve(_ -> {}, "/s");
        String headers = "Cookie: a=1;b=2; c=x=y ;a=3\r\nCookie: d=\"q\"; ab=9; e=\r\n";
        ConnectInfo info = infoOf(endpoint, "/s/websocket?vsn=2.0.0", headers);
        assertThat(info.cookie("a")).contains("1");
        assertThat(info.cookie("b")).contains("2");
        assertThat(info.cookie("c")).contains("x=y");
        assertThat(info.cookie("d")).contains("\"q\"");
        assertThat(info.cookie("e")).contains("");
        assertThat(info.cookie("x")).isEmpty();
        assertThat(info.cookie("A")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "http,  /s/websocket?vsn=2.0.0&q=a%20b,  http://localhost/s/websocket?vsn=2.0.0&q=a%20b",
        "https, /s/websocket?vsn=2.0.0,          https://localhost/s/websocket?vsn=2.0.0",
        "http,  /s/websocket?vsn=2.0.0&q={a|b},  http://localhost/s/websocket?vsn=2.0.0&q=%7Ba%7Cb%7D",
    })
    void putsTheAddressTogether(String scheme, String target, String uri) throws Exception {
        Endpoint endpoint = serve(socket -> socket.scheme(scheme), "/s");
        assertThat(infoOf(endpoint, target, "").uri()).hasToString(uri);
    }

    @Test
    void schemesAreThoseOfTheWeb() {
        for (String scheme : List.of("", "ws", "HTTPS", "https://")) {
            assertThatThrownBy(() -> serve(socket -> socket.scheme(scheme), "/s"))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
