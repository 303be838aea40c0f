package dev.myriad.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.myriad.net.TestClient.Received;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** From the first byte to 101, or to a refusal. */
interface UpgradeConformance extends Fixture {
    private static TestClient.Response answerTo(TestServer server, String request) {
        try (TestClient client = server.connect()) {
            client.write(request);
            TestClient.Response response = client.readResponse(false);
            assertThat(client.next()).isEqualTo(new Received.End());
            return response;
        }
    }

    /** The answer to an upgrade that is refused, after which the connection goes on. */
    private static TestClient.Response refusalOf(TestServer server, String request) {
        try (TestClient client = server.connect()) {
            client.write(request);
            TestClient.Response response = client.readResponse(false);
            assertGoesOn(client);
            return response;
        }
    }

    private static void assertGoesOn(TestClient client) {
        client.write("GET /hello?name=x HTTP/1.1\r\nhost: x\r\n\r\n");
        assertThat(client.readResponse(false).body()).isEqualTo("hello x");
    }

    private static String upgrade(String... headers) {
        return "GET /echo HTTP/1.1\r\n"
                + "host: x\r\n"
                + "upgrade: websocket\r\n"
                + "connection: keep-alive, Upgrade\r\n"
                + String.join("\r\n", headers)
                + "\r\n\r\n";
    }

    @Test
    default void aRequestMayArriveByteByByte() {
        try (TestServer server = server();
                TestClient client = server.connect()) {
            for (byte b : TestClient.upgradeRequest("/echo")) {
                client.write(new byte[] {b});
            }
            client.expectUpgraded();
            client.text("slowly");
            assertThat(client.nextText()).isEqualTo("slowly");
        }
    }

    @Test
    default void aMalformedRequestIsAnswered400() {
        try (TestServer server = server()) {
            assertThat(answerTo(server, "nonsense\r\n\r\n").status()).isEqualTo(400);
            assertThat(answerTo(server, "GET / HTTP/1.1\r\n\r\n").status()).isEqualTo(400);
            assertThat(server.transport.stats().refused()).isEqualTo(2);
            server.assertServes();
        }
    }

    @Test
    default void anUpgradeWithoutAKeyIsAnswered400() {
        try (TestServer server = server()) {
            assertThat(refusalOf(server, upgrade("sec-websocket-version: 13")).status())
                    .isEqualTo(400);
        }
    }

    @Test
    default void aWishToUpgradeThatIsNoHandshakeIsIgnoredWhereNoSocketIs() {
        String wish = " HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n";
        try (TestServer server = server();
                TestClient client = server.connect()) {
            client.write("POST /length" + wish + "content-length: 3\r\n\r\nabc");
            assertThat(client.readResponse(false).body()).isEqualTo("3");
            client.write("HEAD /hello?name=x" + wish + "\r\n");
            assertThat(client.readResponse(true).status()).isEqualTo(200);
            client.write("GET /hello?name=x" + wish + "\r\n");
            assertThat(client.readResponse(false).body()).isEqualTo("hello x");
            client.write("GET /hello?name=x" + wish + "sec-websocket-version: 8\r\n\r\n");
            assertThat(client.readResponse(false).body()).isEqualTo("hello x");
            assertThat(server.transport.stats().refused()).isZero();
            client.write(TestClient.upgradeRequest("/hello?name=x"));
            assertThat(client.readResponse(false).body()).isEqualTo("not here");
        }
    }

    @Test
    default void anotherVersionIsAnswered426WithTheRightOne() {
        try (TestServer server = server()) {
            TestClient.Response response =
                    refusalOf(
                            server,
                            upgrade(
                                    "sec-websocket-version: 8",
                                    "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ=="));
            assertThat(response.status()).isEqualTo(426);
            assertThat(response.headers()).containsEntry("sec-websocket-version", "13");
        }
    }

    @Test
    default void aTooLongHeadIsAnswered431() {
        try (TestServer server = server()) {
            TestClient.Response response =
                    answerTo(server, "GET / HTTP/1.1\r\nhost: x\r\na: " + "b".repeat(9_000));
            assertThat(response.status()).isEqualTo(431);
            server.assertServes();
        }
    }

    @Test
    default void tooManyHeadersAreAnswered431() {
        try (TestServer server = server()) {
            TestClient.Response response =
                    answerTo(
                            server,
                            "GET / HTTP/1.1\r\nhost: x\r\n" + "a: b\r\n".repeat(100) + "\r\n");
            assertThat(response.status()).isEqualTo(431);
        }
    }

    @Test
    default void whatTheApplicationRefusesGetsItsStatus() {
        try (TestServer server = server();
                TestClient client = server.connect()) {
            client.write(TestClient.upgradeRequest("/elsewhere"));
            TestClient.Response response = client.readResponse(false);
            assertThat(response.status()).isEqualTo(403);
            assertThat(response.body()).isEqualTo("not here");
            assertGoesOn(client);
            assertThat(server.transport.stats().refused()).isEqualTo(1);
        }
    }

    @Test
    default void aSlowRequestIsAnswered408() {
        try (TestServer server = server(Fixture.limits(100, 1 << 20, 200, 0, 1_000));
                TestClient client = server.connect()) {
            client.write("GET /echo HTTP/1.1\r\nhost:");
            assertThat(client.readResponse(false).status()).isEqualTo(408);
            assertThat(client.next()).isEqualTo(new Received.End());
        }
    }

    @Test
    default void aSilentConnectionIsClosed() {
        try (TestServer server = server(Fixture.limits(100, 1 << 20, 200, 0, 1_000));
                TestClient client = server.connect()) {
            client.awaitEnd();
        }
    }

    @Test
    default void theSubprotocolIsAnswered() {
        try (TestServer server = server();
                TestClient client = server.connect()) {
            client.write(
                    upgrade(
                            "sec-websocket-version: 13",
                            "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
                            "sec-websocket-protocol: chat"));
            assertThat(client.readResponse(true).headers())
                    .containsEntry("sec-websocket-protocol", "chat");
        }
    }

    @Test
    default void framesBehindTheRequestAreNotLost() {
        try (TestServer server = server();
                TestClient client = server.connect()) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(TestClient.upgradeRequest("/echo"));
            all.writeBytes(TestClient.textFrame("one"));
            all.writeBytes(TestClient.textFrame("two"));
            client.write(all.toByteArray());
            client.expectUpgraded();
            assertThat(client.nextText()).isEqualTo("one");
            assertThat(client.nextText()).isEqualTo("two");
        }
    }

    @Test
    default void anAcceptanceMayComeLaterFromAnotherThread() throws InterruptedException {
        try (TestServer server = server();
                TestClient client = server.connect()) {
            client.write(TestClient.upgradeRequest("/later"));
            Upgrade upgrade = server.application.waiting.take();
            client.write(TestClient.textFrame("early"));
            client.write(TestClient.textFrame("bird"));
            TestApplication.Peer peer = server.application.peer("later");
            upgrade.accept(peer, Optional.empty());
            client.expectUpgraded();
            assertThat(peer.texts.take()).isEqualTo("early");
            assertThat(peer.texts.take()).isEqualTo("bird");
            upgrade.refuse(500, "the first answer counts");
            peer.connection().send(TestApplication.text("still open"));
            assertThat(client.nextText()).isEqualTo("still open");
        }
    }

    @Test
    default void aRefusalMayComeLaterFromAnotherThread() throws InterruptedException {
        try (TestServer server = server();
                TestClient client = server.connect()) {
            client.write(TestClient.upgradeRequest("/later"));
            server.application.waiting.take().refuse(401, "who are you");
            assertThat(client.readResponse(false).status()).isEqualTo(401);
            assertGoesOn(client);
        }
    }

    @Test
    default void oneThatVanishesBeforeItsAnswerIsForgotten() throws InterruptedException {
        try (TestServer server = server()) {
            TestClient client = server.connect();
            client.write(TestClient.upgradeRequest("/later"));
            Upgrade upgrade = server.application.waiting.take();
            client.reset();
            TestApplication.Peer peer = server.application.peer("vanished");
            // The server may not have noticed yet: then the handler hears both.
            upgrade.accept(peer, Optional.empty());
            server.assertServes();
            server.awaitNobody();
            await().until(() -> peer.opened.isDone() == peer.closed.isDone());
        }
    }

    @Test
    default void bothEndsKnowTheClientsAddress() throws InterruptedException {
        try (TestServer server = server();
                TestClient client = server.connect()) {
            client.write(TestClient.upgradeRequest("/later"));
            Upgrade upgrade = server.application.waiting.take();
            assertThat(upgrade.peer()).isEqualTo(client.localAddress());
            TestApplication.Peer peer = server.application.peer("address");
            upgrade.accept(peer, Optional.empty());
            assertThat(peer.connection().peer()).isEqualTo(client.localAddress());
        }
    }
}
