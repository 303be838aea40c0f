package dev.myriad.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.myriad.net.TestClient.Received;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Plain HTTP on the same port. */
interface HttpConformance extends Fixture {
    private static String get(String target, String... headers) {
        StringBuilder request = new StringBuilder("GET " + target + " HTTP/1.1\r\nhost: x\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        return request.append("\r\n").toString();
    }

    @Test
    default void aConnectionAnswersManyRequests() {
        try (TestServer server = server();
                TestClient client = server.connect()) {
            for (int i = 0; i < 50; i++) {
                client.write(get("/hello?name=other&name=n%20" + i));
                TestClient.Response response = client.readResponse(false);
                assertThat(response.status()).isEqualTo(200);
                assertThat(response.body()).isEqualTo("hello n " + i);
                assertThat(response.headers())
                        .containsEntry("content-type", "text/plain; charset=utf-8")
                        .containsKey("date")
                        .containsKey("content-length")
                        .doesNotContainKey("connection");
            }
            assertThat(server.transport.stats().accepted()).isEqualTo(1);
        }
    }

    @Test
    default void theApplicationAnswersOnAVirtualThread() {
        try (TestServer server = server();
                TestClient client = server.connect()) {
            client.write(get("/thread"));
            assertThat(client.readResponse(false).body()).isEqualTo("virtual");
        }
    }

    @Test
    default void bodiesArriveWhole() {
        try (TestServer server = server();
                TestClient client = server.connect()) {
            String body = "abc".repeat(100_000);
            client.write("POST /body HTTP/1.1\r\nhost: x\r\ncontent-length: 300000\r\n\r\n" + body);
            assertThat(client.readResponse(false).body()).isEqualTo(body);
            client.write("POST /body HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n");
            client.write("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
            assertThat(client.readResponse(false).body()).isEqualTo("abcde");
            client.write(get("/header", "X-Test: seen"));
            assertThat(client.readResponse(false).body()).isEqualTo("seen");
        }
    }

    @Test
    default void headHasTheHeadersOfGetAndNoBody() {
        try (TestServer server = server();
                TestClient client = server.connect()) {
            client.write("HEAD /hello?name=x HTTP/1.1\r\nhost: x\r\n\r\n");
            assertThat(client.readResponse(true).headers()).containsEntry("content-length", "7");
            client.write(get("/hello?name=y"));
            assertThat(client.readResponse(false).body()).isEqualTo("hello y");
        }
    }

    @Test
    default void headIsAnsweredAsGetByAnApplicationThatDoesNotKnowIt() {
        try (TestServer server = server();
                TestClient client = server.connect()) {
            for (String path : List.of("/get-only", "/get-or-404")) {
                client.write("HEAD " + path + " HTTP/1.1\r\nhost: x\r\n\r\n");
                TestClient.Response response = client.readResponse(true);
                assertThat(response.status()).isEqualTo(200);
                assertThat(response.headers()).containsEntry("content-length", "3");
            }
            client.write("HEAD /nowhere HTTP/1.1\r\nhost: x\r\n\r\n");
            assertThat(client.readResponse(true).status()).isEqualTo(404);
        }
    }

    @Test
    default void optionsAreAnsweredForAnApplicationThatDoesNotKnowThem() {
        try (TestServer server = server();
                TestClient client = server.connect()) {
            assertThat(options(client, "*").status()).isEqualTo(204);
            TestClient.Response response = options(client, "/get-only");
            assertThat(response.status()).isEqualTo(204);
            assertThat(response.headers())
                    .containsEntry("allow", "GET, OPTIONS")
                    .doesNotContainKey("content-length");
            assertThat(server.application.asked).containsExactly("OPTIONS");
            assertThat(options(client, "/get-or-404").status()).isEqualTo(404);
            assertThat(options(client, "/nowhere").status()).isEqualTo(404);
            assertThat(options(client, "/hello?name=x").body()).isEqualTo("hello x");
        }
    }

    private static TestClient.Response options(TestClient client, String target) {
        client.write("OPTIONS " + target + " HTTP/1.1\r\nhost: x\r\n\r\n");
        return client.readResponse(false);
    }

    @Test
    default void anOldClientKeepsItsConnectionIfItAsksTo() {
        try (TestServer server = server();
                TestClient client = server.connect()) {
            for (int i = 0; i < 3; i++) {
                client.write("GET /hello?name=x HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
                TestClient.Response response = client.readResponse(false);
                assertThat(response.body()).isEqualTo("hello x");
                assertThat(response.headers()).containsEntry("connection", "keep-alive");
            }
        }
    }

    @Test
    default void aHeaderMayHaveSeveralValues() {
        try (TestServer server = server();
                TestClient client = server.connect()) {
            client.write(get("/cookies"));
            assertThat(client.readHead()).contains("\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n");
        }
    }

    @Test
    default void anAnswerThatCannotBeSentIs500AndTheConnectionGoesOn() {
        try (TestServer server = server();
                TestClient client = server.connect()) {
            for (String path : List.of("/null", "/malformed-name", "/malformed-value", "/status")) {
                client.write(get(path));
                assertThat(client.readResponse(false).status()).as(path).isEqualTo(500);
            }
            client.write(get("/hello?name=x"));
            assertThat(client.readResponse(false).body()).isEqualTo("hello x");
        }
    }

    @Test
    default void whoPipelinesAndEndsItsOutputGetsAllAnswers() {
        try (TestServer server = server();
                TestClient client = server.connect()) {
            client.write(get("/slow") + get("/hello?name=2") + get("/hello?name=3"));
            client.shutdownOutput();
            server.assertServes();
            server.application.slow.complete("1");
            assertThat(client.readResponse(false).body()).isEqualTo("1");
            assertThat(client.readResponse(false).body()).isEqualTo("hello 2");
            assertThat(client.readResponse(false).body()).isEqualTo("hello 3");
            assertThat(client.next()).isEqualTo(new Received.End());
        }
    }

    @Test
    default void whoEndsItsOutputBehindAMalformedRequestIsNotWaitedFor() {
        try (TestServer server = server(Limits.DEFAULT.with(Limit.CLOSE_MILLIS, 50_000));
                TestClient client = server.connect()) {
            client.write(get("/slow") + "GET\t/ HTTP/1.1\r\nhost: x\r\n\r\n");
            client.shutdownOutput();
            server.assertServes();
            server.application.slow.complete("1");
            assertThat(client.readResponse(false).body()).isEqualTo("1");
            assertThat(client.readResponse(false).status()).isEqualTo(400);
            assertThat(client.next()).isEqualTo(new Received.End());
        }
    }

    @Test
    default void whoGetsTheLastAnswerSeesTheEndAtOnce() {
        Limits patient =
                Limits.DEFAULT.with(Limit.CLOSE_MILLIS, 50_000).with(Limit.HANDSHAKE_MILLIS, 500);
        try (TestServer server = server(patient)) {
            for (LastAnswer each : LastAnswer.ALL) {
                try (TestClient client = server.connect()) {
                    client.write(each.request());
                    assertThat(client.readResponse(false).status()).isEqualTo(each.status());
                    assertThat(client.next()).isEqualTo(new Received.End());
                }
            }
        }
    }

    @Test
    default void whoStaysAfterTheLastAnswerIsClosedAndNotCounted() {
        Limits brief =
                Limits.DEFAULT.with(Limit.CLOSE_MILLIS, 50).with(Limit.HANDSHAKE_MILLIS, 500);
        try (TestServer server = server(brief)) {
            for (LastAnswer each : LastAnswer.ALL) {
                try (TestClient client = server.connect()) {
                    client.write(each.request());
                    assertThat(client.readResponse(false).status()).isEqualTo(each.status());
                    client.awaitRefusal();
                }
            }
            assertThat(server.transport.stats().limits()).containsEntry("closeMillis", 0L);
        }
    }

    /** A request after whose answer the server closes the connection. */
    record LastAnswer(int status, String request) {
        static final List<LastAnswer> ALL =
                List.of(
                        new LastAnswer(200, get("/hello", "connection: close")),
                        new LastAnswer(400, "GET\t/ HTTP/1.1\r\nhost: x\r\n\r\n"),
                        new LastAnswer(408, "GET / HTTP/1.1\r\nhost:"),
                        new LastAnswer(
                                413,
                                "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 8388608\r\n\r\nx"),
                        new LastAnswer(431, get("/", "x: " + "x".repeat(9_000))));
    }

    @Test
    default void whoAsksNoMoreIsClosedWithoutAWord() {
        try (TestServer server = server(Fixture.limits(100, 1 << 20, 200, 0, 1_000));
                TestClient client = server.connect()) {
            client.write(get("/hello?name=x"));
            assertThat(client.readResponse(false).body()).isEqualTo("hello x");
            assertThat(client.next()).isEqualTo(new Received.End());
            assertThat(server.transport.stats().limits()).containsEntry("handshakeMillis", 0L);
        }
    }

    @Test
    default void aLaterRequestHasAsMuchTimeAsTheFirst() {
        try (TestServer server = server(Fixture.limits(100, 1 << 20, 2_000, 0, 1_000));
                TestClient client = server.connect()) {
            client.write(get("/hello?name=x"));
            assertThat(client.readResponse(false).body()).isEqualTo("hello x");
            for (String part : List.of("GET /hello?name=y HTTP/1.1\r\n", "host: x\r\n", "\r\n")) {
                await().pollDelay(Duration.ofMillis(900)).until(() -> true);
                client.write(part);
            }
            assertThat(client.readResponse(false).body()).isEqualTo("hello y");
        }
    }

    @Test
    default void pipelinedRequestsAreAnsweredInOrder() {
        try (TestServer server = server();
                TestClient client = server.connect()) {
            client.write(get("/slow") + get("/hello?name=2") + get("/hello?name=3"));
            client.write(get("/hello?name=4"));
            server.assertServes();
            server.application.slow.complete("1");
            assertThat(client.readResponse(false).body()).isEqualTo("1");
            for (int i = 2; i <= 4; i++) {
                assertThat(client.readResponse(false).body()).isEqualTo("hello " + i);
            }
        }
    }

    @Test
    default void aRefusalReachesWhoIsSendingStill() {
        try (TestServer server = server()) {
            for (String head :
                    List.of(
                            "POST /length HTTP/1.1\r\nhost: x\r\ncontent-length: 8388608\r\n\r\n",
                            "GET /length HTTP/1.1\r\nx: ")) {
                try (TestClient client = server.connect()) {
                    client.write(head);
                    client.write("x".repeat(8 << 20));
                    TestClient.Response refusal = client.readResponse(false);
                    assertThat(refusal.status()).isIn(413, 431);
                    assertThat(refusal.headers()).containsEntry("connection", "close");
                }
            }
            server.awaitNobody();
        }
    }

    @Test
    default void theApplicationMayEndTheConnectionWithItsAnswer() {
        try (TestServer server = server();
                TestClient client = server.connect()) {
            client.write(get("/last") + get("/hello?name=never"));
            TestClient.Response answer = client.readResponse(false);
            assertThat(answer.body()).isEqualTo(".");
            assertThat(answer.headers()).containsEntry("connection", "close");
            client.awaitEnd();
        }
    }

    @Test
    default void whoReadsTheLastAnswerSlowlyGetsAllOfIt() {
        try (TestServer server = server(Limits.DEFAULT.with(Limit.CLOSE_MILLIS, 50));
                TestClient client = server.connect()) {
            client.write("GET /large HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
            await().until(() -> server.transport.stats().bytesOut() > 8 << 20);
            await().pollDelay(Duration.ofMillis(500)).until(() -> true);
            assertThat(client.readResponse(false).body()).hasSize(8 << 20);
        }
    }

    @Test
    default void whoPipelinesWithoutEndIsCutOff() {
        try (TestServer server = server();
                TestClient client = server.connect()) {
            client.write(get("/slow"));
            for (int i = 0; i < 2_000; i++) {
                client.writeIgnoringErrors(
                        get("/hello?name=" + "x".repeat(1_000)).getBytes(ISO_8859_1));
            }
            client.awaitEnd();
            server.application.slow.complete("too late");
            server.assertServes();
        }
    }

    @Test
    default void anUnknownPathIs404() {
        try (TestServer server = server();
                TestClient client = server.connect()) {
            client.write(get("/nowhere"));
            assertThat(client.readResponse(false).status()).isEqualTo(404);
        }
    }

    @Test
    default void aTooLongBodyIsAnswered413() {
        try (TestServer server = server();
                TestClient client = server.connect()) {
            client.write("POST /length HTTP/1.1\r\nhost: x\r\ncontent-length: 5000000\r\n\r\n");
            assertThat(client.readResponse(false).status()).isEqualTo(413);
            assertThat(client.next()).isEqualTo(new Received.End());
        }
    }

    @Test
    default void aRefusalOfHeadHasNoBodyEither() {
        try (TestServer server = server();
                TestClient client = server.connect()) {
            client.write("HEAD /length HTTP/1.1\r\nhost: x\r\ncontent-length: 5000000\r\n\r\n");
            TestClient.Response refusal = client.readResponse(true);
            assertThat(refusal.status()).isEqualTo(413);
            assertThat(refusal.headers().get("content-length")).isNotEqualTo("0");
            assertThat(client.next()).isEqualTo(new Received.End());
        }
    }

    @Test
    default void aTooLongChunkedBodyIsAnswered413InItsTurn() {
        try (TestServer server = server();
                TestClient client = server.connect()) {
            client.write(
                    get("/hello?name=first")
                            + "POST /length HTTP/1.1\r\n"
                            + "host: x\r\n"
                            + "transfer-encoding: chunked\r\n\r\n");
            assertThat(client.readResponse(false).body()).isEqualTo("hello first");
            byte[] chunk = ("8000\r\n" + "x".repeat(0x8000) + "\r\n").getBytes(ISO_8859_1);
            for (int i = 0; i < 40; i++) {
                client.writeIgnoringErrors(chunk);
            }
            assertThat(client.readResponse(false).status()).isEqualTo(413);
        }
    }

    @Test
    default void anExpectationIsMet() {
        try (TestServer server = server();
                TestClient client = server.connect()) {
            client.write("POST /body HTTP/1.1\r\nhost: x\r\n");
            client.write("content-length: 3\r\nexpect: 100-continue\r\n\r\n");
            assertThat(client.readResponse(true).status()).isEqualTo(100);
            client.write("abc");
            assertThat(client.readResponse(false).body()).isEqualTo("abc");
        }
    }

    @Test
    default void aFaultOfTheApplicationIs500AndTheConnectionGoesOn() {
        try (TestServer server = server();
                TestClient client = server.connect()) {
            client.write(get("/broken"));
            assertThat(client.readResponse(false).status()).isEqualTo(500);
            client.write(get("/hello?name=x"));
            assertThat(client.readResponse(false).body()).isEqualTo("hello x");
        }
    }

    @Test
    default void aMalformedLaterRequestIs400() {
        try (TestServer server = server();
                TestClient client = server.connect()) {
            client.write(get("/hello?name=x") + "G\u0001T nonsense\r\n\r\n");
            assertThat(client.readResponse(false).body()).isEqualTo("hello x");
            assertThat(client.readResponse(false).status()).isEqualTo(400);
            assertThat(client.next()).isEqualTo(new Received.End());
        }
    }

    @Test
    default void theConnectionEndsWhenTheClientAsksForIt() {
        try (TestServer server = server();
                TestClient client = server.connect();
                TestClient old = server.connect()) {
            client.write(get("/hello?name=x", "connection: close"));
            TestClient.Response response = client.readResponse(false);
            assertThat(response.headers()).containsEntry("connection", "close");
            assertThat(client.next()).isEqualTo(new Received.End());
            old.write("GET /hello?name=y HTTP/1.0\r\n\r\n");
            assertThat(old.readResponse(false).body()).isEqualTo("hello y");
            assertThat(old.next()).isEqualTo(new Received.End());
        }
    }

    @Test
    default void aLargeAnswerArrivesWhole() {
        try (TestServer server = server();
                TestClient client = server.connect()) {
            client.write(get("/large", "connection: close"));
            TestClient.Response response = client.readResponse(false);
            assertThat(response.body()).hasSize(8 << 20);
            assertThat(client.next()).isEqualTo(new Received.End());
        }
    }

    @Test
    default void theApplicationKnowsTheClientsAddress() {
        try (TestServer server = server();
                TestClient client = server.connect()) {
            client.write(get("/peer"));
            assertThat(client.readResponse(false).body())
                    .isEqualTo(client.localAddress().toString());
        }
    }

    @Test
    default void anHttpClientThatVanishesBeforeItsAnswerIsForgotten() {
        try (TestServer server = server()) {
            TestClient client = server.connect();
            client.write(get("/slow"));
            client.reset();
            server.application.slow.complete("nobody hears it");
            server.assertServes();
        }
    }

    @Test
    default void aBodyThatDoesNotComeIsNotWaitedFor() {
        try (TestServer server = server(Fixture.limits(100, 1 << 20, 200, 0, 1_000));
                TestClient client = server.connect()) {
            client.write("POST /body HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n[");
            assertThat(client.readResponse(false).status()).isEqualTo(408);
            assertThat(client.next()).isEqualTo(new Received.End());
            server.awaitNobody();
        }
    }

    @Test
    default void whoEndsItsOutputStillGetsItsAnswer() {
        try (TestServer server = server();
                TestClient client = server.connect()) {
            client.write(get("/slow"));
            client.shutdownOutput();
            server.assertServes();
            server.application.slow.complete("at last");
            assertThat(client.readResponse(false).body()).isEqualTo("at last");
            assertThat(client.next()).isEqualTo(new Received.End());
            server.awaitNobody();
        }
    }

    @Test
    default void whoEndsItsOutputAmidAnAnswerGetsAllOfIt() {
        try (TestServer server = server();
                TestClient client = server.connect()) {
            client.write(get("/large", "connection: close"));
            await().until(() -> server.transport.stats().congested() > 0);
            client.shutdownOutput();
            server.assertServes();
            assertThat(client.readResponse(false).body()).hasSize(8 << 20);
            assertThat(client.next()).isEqualTo(new Received.End());
        }
    }
}
