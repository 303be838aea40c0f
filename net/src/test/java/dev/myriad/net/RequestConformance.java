package dev.myriad.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.net.TestClient.Received;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The same request is answered the same at any place of a connection, and any may upgrade. */
interface RequestConformance extends Fixture {
    String HELLO = "GET /hello?name=x HTTP/1.1\r\nhost: x\r\n\r\n";

    /** Where in its connection a request stands. */
    enum Place {
        FIRST,
        LATER,
        PIPELINED
    }

    /** A request and its answer. */
    record Case(String request, int status) {
        /** What must be answered as to anybody else. */
        static final List<Case> SERVED =
                List.of(
                        of(200, "GET http://y:80/hello?name=x HTTP/1.1", "host: x"),
                        of(200, "GET HTTP://y/hello?name=x HTTP/1.1", "host: x"),
                        of(200, "", "GET /hello?name=x HTTP/1.1", "host: x"),
                        of(200, "GET /hello?name=x HTTP/1.1", "host:"),
                        of(200, "GET /hello?name=x HTTP/1.1", "host: [::1]:80"),
                        of(200, "GET /hello?name=x HTTP/1.1", "host: x", "upgrade: h2c"),
                        of(204, "OPTIONS * HTTP/1.1", "host: x"),
                        of(204, "OPTIONS http://y HTTP/1.1", "host: x"),
                        of(404, "GET //hello HTTP/1.1", "host: x"));

        /** What is refused, and ends the connection. */
        static final List<Case> REFUSED =
                List.of(
                        of(400, "GET /hello HTTP/1.1", "a: b"),
                        of(400, "GET /hello HTTP/1.1", "host: x", "host: x"),
                        of(400, "GET /hello HTTP/1.1", "host: localhost:abc"),
                        of(400, "GET /hello HTTP/1.1", "host: [::1"),
                        of(400, "GET /hello HTTP/1.1", "host: a:b:c"),
                        of(400, "GET /hello HTTP/1.1", "host: u@x"),
                        of(400, "GET /hello HTTP/1.1", "host: a b"),
                        of(400, "GET /hello HTTP/1.1", "host: x", "a: b", " folded"),
                        of(400, "GET /hello HTTP/1.1", "host: x", "a : b"),
                        of(400, "GET  /hello HTTP/1.1", "host: x"),
                        of(400, "GET /hello  HTTP/1.1", "host: x"),
                        of(400, "GET /hello HTTP/1.1\nhost: x"),
                        of(400, "GET hello HTTP/1.1", "host: x"),
                        of(400, "GET * HTTP/1.1", "host: x"),
                        of(400, "GET ftp://y/hello HTTP/1.1", "host: x"),
                        of(400, "GET http://u@y/hello HTTP/1.1", "host: x"),
                        of(400, "GET /%zz HTTP/1.1", "host: x"),
                        of(400, "POST / HTTP/1.0", "transfer-encoding: chunked"),
                        of(400, "POST / HTTP/1.1", "host: x", "transfer-encoding: gzip"),
                        of(
                                400,
                                "POST / HTTP/1.1",
                                "host: x",
                                "content-length: 0",
                                "transfer-encoding: chunked"),
                        of(400, "POST / HTTP/1.1", "host: x", "content-length: 0, 0"),
                        of(417, "POST / HTTP/1.1", "host: x", "expect: 200-ok"),
                        of(431, "GET / HTTP/1.1", "host: x", "a: b\r\n".repeat(69) + "c: d"),
                        of(501, "CONNECT x:80 HTTP/1.1", "host: x"),
                        of(501, "POST / HTTP/1.1", "host: x", "transfer-encoding: gzip, chunked"),
                        of(505, "GET /hello HTTP/2.0", "host: x"));

        static Case of(int status, String... lines) {
            return new Case(String.join("\r\n", lines) + "\r\n\r\n", status);
        }
    }

    @TestFactory
    default Stream<DynamicTest> theSameRequestIsAnsweredTheSameAtAnyPlace() {
        return Stream.concat(
                Case.SERVED.stream().map(each -> test(each, false)),
                Case.REFUSED.stream().map(each -> test(each, true)));
    }

    private DynamicTest test(Case each, boolean last) {
        String name = each.status() + " " + each.request().strip().replace("\r\n", " | ");
        return DynamicTest.dynamicTest(
                name.substring(0, Math.min(100, name.length())),
                () -> {
                    try (TestServer server = server(Limits.DEFAULT.with(Limit.CLOSE_MILLIS, 50))) {
                        for (Place place : Place.values()) {
                            assertAnswered(server, place, each, last);
                        }
                    }
                });
    }

    private static void assertAnswered(TestServer server, Place place, Case each, boolean last) {
        try (TestClient client = server.connect()) {
            ask(client, place, each.request());
            assertThat(client.readResponse(false).status())
                    .as("%s", place)
                    .isEqualTo(each.status());
            if (last) {
                assertThat(client.next()).isEqualTo(new Received.End());
            } else {
                client.write(HELLO);
                assertThat(client.readResponse(false).body()).isEqualTo("hello x");
            }
        }
    }

    private static void ask(TestClient client, Place place, String request) {
        switch (place) {
            case FIRST -> client.write(request);
            case LATER -> {
                client.write(HELLO);
                assertThat(client.readResponse(false).body()).isEqualTo("hello x");
                client.write(request);
            }
            case PIPELINED -> {
                client.write(HELLO + request);
                assertThat(client.readResponse(false).body()).isEqualTo("hello x");
            }
        }
    }

    @Test
    default void anyRequestMayUpgrade() {
        try (TestServer server = server()) {
            String request = new String(TestClient.upgradeRequest("/echo"), ISO_8859_1);
            for (Place place : Place.values()) {
                try (TestClient client = server.connect()) {
                    ask(client, place, request);
                    client.expectUpgraded();
                    client.text("up");
                    assertThat(client.nextText()).isEqualTo("up");
                }
            }
        }
    }

    @Test
    default void aRefusedUpgradeLeavesTheConnectionToTheNextRequest() {
        try (TestServer server = server();
                TestClient client = server.connect()) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int i = 0; i < 100; i++) {
                all.writeBytes(TestClient.upgradeRequest("/elsewhere"));
            }
            all.writeBytes(HELLO.getBytes(ISO_8859_1));
            all.writeBytes(TestClient.upgradeRequest("/echo"));
            all.writeBytes(TestClient.textFrame("early"));
            client.write(all.toByteArray());
            for (int i = 0; i < 100; i++) {
                assertThat(client.readResponse(false).status()).isEqualTo(403);
            }
            assertThat(client.readResponse(false).body()).isEqualTo("hello x");
            client.expectUpgraded();
            assertThat(client.nextText()).isEqualTo("early");
            assertThat(server.transport.stats().refused()).isEqualTo(100);
        }
    }

    /** RFC 9112, section 2.2: it is no part of a request, so none is too slow. */
    @Test
    default void aLineEndBehindABodyIsNoRequest() {
        try (TestServer server = server(Limits.DEFAULT.with(Limit.HANDSHAKE_MILLIS, 200));
                TestClient client = server.connect()) {
            client.write("POST /body HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc\r\n");
            assertThat(client.readResponse(false).body()).isEqualTo("abc");
            assertThat(client.next()).isEqualTo(new Received.End());
        }
    }

    @Test
    default void aFaultWhileAnUpgradeIsDecidedIs500() {
        try (TestServer server = server();
                TestClient client = server.connect()) {
            client.write(TestClient.upgradeRequest("/broken"));
            assertThat(client.readResponse(false).status()).isEqualTo(500);
            client.upgrade("/echo");
        }
    }

    @Test
    default void anOldClientCannotUpgradeAndIsAnsweredAsWithoutIt() {
        try (TestServer server = server();
                TestClient client = server.connect()) {
            String request = new String(TestClient.upgradeRequest("/hello?name=x"), ISO_8859_1);
            client.write(request.replace("HTTP/1.1", "HTTP/1.0"));
            assertThat(client.readResponse(false).body()).isEqualTo("hello x");
        }
    }

    /** Wherever the bytes are cut in two: what the client gets is the same. */
    @Test
    default void cutsMakeNoDifference() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        String requests =
                """

                GET /hello?name=a HTTP/1.1
                host: x

                POST http://y/body HTTP/1.1
                host: x
                transfer-encoding: chunked

                2;a=b
                bo
                2
                dy
                0
                t: u

                POST /body HTTP/1.1
                host: x
                content-length: 3

                abc""";
        all.writeBytes(requests.replace("\n", "\r\n").getBytes(ISO_8859_1));
        all.writeBytes(TestClient.upgradeRequest("/echo"));
        all.writeBytes(TestClient.textFrame("frame"));
        byte[] bytes = all.toByteArray();
        try (TestServer server = server()) {
            for (int cut = 0; cut <= bytes.length; cut++) {
                try (TestClient client = server.connect()) {
                    client.write(Arrays.copyOf(bytes, cut));
                    client.write(Arrays.copyOfRange(bytes, cut, bytes.length));
                    assertThat(client.readResponse(false).body()).isEqualTo("hello a");
                    assertThat(client.readResponse(false).body()).isEqualTo("body");
                    assertThat(client.readResponse(false).body()).isEqualTo("abc");
                    client.expectUpgraded();
                    assertThat(client.nextText()).as("cut at %d", cut).isEqualTo("frame");
                }
            }
        }
    }
}
