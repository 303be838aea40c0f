package dev.myriad.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.myriad.net.memory.MemoryTransport;
import java.text.MessageFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which web pages may connect; the requests are made to the host {@code localhost}. */
@Timeout(60)
class OriginTest {
    private static int status(Consumer<SocketRoutes> routes, String headers) {
        try (Endpoint endpoint = serve(routes)) {
            MemoryTransport transport = (MemoryTransport) endpoint.transport();
            return transport.connect("/s/websocket?vsn=2.0.0", headers).status();
        }
    }

    private static int statusOf(Consumer<SocketRoutes> routes, String origin) {
        return status(routes, "Origin: " + origin + "\r\n");
    }

    private static Endpoint serve(Consumer<SocketRoutes> routes) {
        return Endpoint.builder()
                .socket("/s", socket -> routes.accept(socket.channel("*", Filter::new)))
                .transport(application -> MemoryTransport.start(1, application))
                .start();
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost,            101",
        "https://localhost,           101",
        "http://LOCALHOST:5173,       101",
        "http://localhost/,           101",
        "http://localhost.evil.com,   403",
        "http://evil.com,             403",
        "http://notlocalhost,         403",
        "http://localhost@evil.com,   403",
        "http://evil.com@localhost,   403",
        "http://evil.com/localhost,   403",
        "http://evil.com#localhost,   403",
        "http://localhost:,           403",
        "http://localhost:80:80,      403",
        "//localhost,                 403",
        "localhost,                   403",
        "file://,                     403",
        "null,                        403",
        "'',                          403",
    })
    void onlyTheOwnHostWithoutFurtherWords(String origin, int status) {
        assertThat(statusOf(_ -> {}, origin)).isEqualTo(status);
        assertThat(statusOf(socket -> socket.checkOrigin(true), origin)).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "http,  http://localhost,       101",
        "http,  http://LOCALHOST:80,    101",
        "http,  https://localhost,      403",
        "http,  http://localhost:5173,  403",
        "http,  http://evil.com,        403",
        "https, https://localhost,      101",
        "https, https://localhost:443,  101",
        "https, http://localhost,       403",
        "https, http://localhost:443,   403",
        "https, null,                   403",
    })
    void theOwnSchemeHostAndPort(String scheme, String origin, int status) {
        assertThat(statusOf(socket -> socket.checkOriginExactly().scheme(scheme), origin))
                .isEqualTo(status);
        assertThat(statusOf(socket -> socket.scheme(scheme).checkOriginExactly(), origin))
                .isEqualTo(status);
    }

    @Test
    void clientsThatAreNoBrowserSendNone() {
        assertThat(status(_ -> {}, "")).isEqualTo(101);
        assertThat(status(socket -> socket.checkOrigin(List.of("//a.com")), "")).isEqualTo(101);
        assertThat(status(socket -> socket.checkOrigin(_ -> false), "")).isEqualTo(101);
    }

    @Test
    void twoOriginsAreNone() {
        String both = "Origin: http://localhost\r\nOrigin: http://localhost\r\n";
        assertThat(status(_ -> {}, both)).isEqualTo(403);
    }

    @Test
    void switchedOffAnyPageMayConnect() {
        assertThat(statusOf(socket -> socket.checkOrigin(false), "http://evil.com")).isEqualTo(101);
        assertThat(statusOf(socket -> socket.checkOrigin(false), "null")).isEqualTo(101);
    }

    @ParameterizedTest
    @CsvSource({
        "//a.com,          http://a.com,         101",
        "//a.com,          https://A.com:8443,   101",
        "//a.com,          https://b.a.com,      403",
        "//a.com,          https://ba.com,       403",
        "//a.com,          http://localhost,     403",
        "//a.com:888,      https://a.com:888,    101",
        "//a.com:888,      https://a.com,        403",
        "//a.com:443,      https://a.com,        101",
        "https://a.com,    https://a.com,        101",
        "https://a.com,    https://a.com:443,    101",
        "https://A.com/,   https://a.com,        101",
        "https://a.com,    http://a.com,         403",
        "https://a.com,    https://a.com:8443,   403",
        "https://a.com:1,  https://a.com:1,      101",
        "//*.a.com,        https://b.a.com,      101",
        "//*.a.com,        https://c.b.a.com:1,  101",
        "//*.a.com,        https://a.com,        101",
        "//*.a.com,        https://eva.com,      403",
        "//*.a.com,        https://a.com.ev.il,  403",
        "https://*.a.com,  http://b.a.com,       403",
        "//[::1],          'http://[::1]:4000',  101",
        "//[::1],          'http://[::2]:4000',  403",
        "app://localhost,  app://localhost,      101",
        "app://localhost,  app://localhost:1,    101",
        "//a.com,          null,                 403",
    })
    void listsOfOrigins(String pattern, String origin, int status) {
        List<String> list = List.of("//first.example", pattern);
        assertThat(statusOf(socket -> socket.checkOrigin(list), origin)).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a.com",
                "https:a.com",
                "https://",
                "//*",
                "//a.com/x",
                "//a*.com",
                "//a:"
            })
    void refusesToBuildOtherForms(String pattern) {
        assertThatThrownBy(() -> serve(socket -> socket.checkOrigin(List.of(pattern))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no origin");
    }

    @Test
    void predicatesAreAskedOnAVirtualThread() {
        Consumer<SocketRoutes> routes =
                socket ->
                        socket.checkOrigin(
                                origin -> {
                                    if (origin.host().equals("crash.com")) {
                                        throw new IllegalStateException("planted");
                                    }
                                    return Thread.currentThread().isVirtual()
                                            && origin.scheme().equals("https")
                                            && origin.port().orElseThrow() == 443
                                            && origin.host().startsWith("a");
                                });
        assertThat(statusOf(routes, "https://a.com")).isEqualTo(101);
        assertThat(statusOf(routes, "https://b.com")).isEqualTo(403);
        assertThat(statusOf(routes, "http://a.com")).isEqualTo(403);
        assertThat(statusOf(routes, "https://crash.com")).isEqualTo(500);
        assertThat(statusOf(routes, "null")).isEqualTo(403);
    }

    @Test
    void connectIsNotAskedForOthers() {
        Set<String> asked = ConcurrentHashMap.newKeySet();
        Consumer<SocketRoutes> routes =
                socket ->
                        socket.connect(
                                (_, info) -> {
                                    asked.add(info.request().header("origin").orElse("none"));
                                    return ConnectResult.ok();
                                });
        assertThat(statusOf(routes, "http://evil.com")).isEqualTo(403);
        assertThat(statusOf(routes, "http://localhost")).isEqualTo(101);
        assertThat(asked).containsExactly("http://localhost");
    }

    @Test
    void warnsAtTheStartIfItIsSwitchedOff() {
        assertThat(logged(() -> serve(socket -> socket.checkOrigin(false)).close()))
                .anyMatch(line -> line.contains("does not check origins"));
        assertThat(logged(() -> serve(socket -> socket.checkOrigin(true)).close()))
                .noneMatch(line -> line.contains("does not check origins"));
    }

    private static Set<String> logged(Runnable action) {
        Set<String> lines = ConcurrentHashMap.newKeySet();
        Logger logger = Logger.getLogger(Endpoint.class.getName());
        Handler keeper =
                new Handler() {
                    @Override
                    public void publish(LogRecord entry) {
                        Object[] parameters = entry.getParameters();
                        lines.add(
                                parameters == null
                                        ? entry.getMessage()
                                        : MessageFormat.format(entry.getMessage(), parameters));
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                };
        logger.addHandler(keeper);
        try {
            action.run();
        } finally {
            logger.removeHandler(keeper);
        }
        return lines;
    }
}
