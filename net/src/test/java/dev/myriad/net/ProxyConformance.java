package dev.myriad.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import org.junit.jupiter.api.Test;

/** For whom a trusted proxy says it asks. */
interface ProxyConformance extends Fixture {
    private TestServer serverBehind(Limits limits, String... proxies) {
        TrustedProxies trusted = TrustedProxies.of(List.of(proxies));
        NetConfig config = new NetConfig("127.0.0.1", 0, SHARDS, limits);
        return new TestServer(this, config.withTrustedProxies(trusted));
    }

    private static String peer(TestClient client, String header) {
        client.write("GET /peer HTTP/1.1\r\nhost: x\r\n" + header + "\r\n\r\n");
        return client.readResponse(false).body();
    }

    private static String upgrade(String target, String client) {
        return new String(TestClient.upgradeRequest(target), ISO_8859_1)
                .replace("host: test", "host: test\r\nx-forwarded-for: " + client);
    }

    @Test
    default void eachRequestOfATrustedProxyIsItsClients() {
        try (TestServer server = serverBehind(Limits.DEFAULT, "10.0.0.0/8", "127.0.0.0/8");
                TestClient client = server.connect()) {
            assertThat(peer(client, "x-forwarded-for: 9.9.9.9, 1.2.3.4")).isEqualTo("/1.2.3.4:0");
            assertThat(peer(client, "x-forwarded-for: 2001:db8::1, 10.1.1.1"))
                    .isEqualTo("/[2001:db8:0:0:0:0:0:1]:0");
            assertThat(peer(client, "forwarded: for=\"[2001:db8::2]:80\";proto=https"))
                    .isEqualTo("/[2001:db8:0:0:0:0:0:2]:80");
            String own = client.localAddress().toString();
            assertThat(peer(client, "x-forwarded-for: unknown")).isEqualTo(own);
            assertThat(peer(client, "a: b")).isEqualTo(own);
        }
    }

    @Test
    default void nobodyElseIsBelieved() {
        try (TestServer server = serverBehind(Limits.DEFAULT, "10.0.0.0/8");
                TestClient client = server.connect()) {
            assertThat(peer(client, "x-forwarded-for: 1.2.3.4"))
                    .isEqualTo(client.localAddress().toString());
        }
    }

    @Test
    default void aConnectionIsItsClientsAndCountsAsSuch() {
        Limits limits = Limits.DEFAULT.with(Limit.CONNECTIONS_PER_ADDRESS_MAX, 1);
        try (TestServer server = serverBehind(limits, "127.0.0.1");
                TestClient first = server.connect();
                TestClient second = server.connect();
                TestClient third = server.connect()) {
            first.write(upgrade("/peer?id=forwarded", "1.2.3.4"));
            first.expectUpgraded();
            TestApplication.Peer peer = server.application.peer("forwarded");
            assertThat(peer.connection().peer()).hasToString("/1.2.3.4:0");
            second.write(upgrade("/echo", "1.2.3.5"));
            second.expectUpgraded();
            third.write(upgrade("/echo", "1.2.3.4"));
            assertThat(third.readResponse(false).status()).isEqualTo(429);
            first.reset();
            await().until(peer.closed::isDone);
            try (TestClient fourth = server.connect()) {
                fourth.write(upgrade("/echo", "1.2.3.4"));
                fourth.expectUpgraded();
            }
        }
    }
}
