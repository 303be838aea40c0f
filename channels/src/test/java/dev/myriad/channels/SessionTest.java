package dev.myriad.channels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.net.memory.MemoryTransport;
import dev.myriad.tokens.Session;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How an endpoint finds the session of a client: by its cookie, and the parameter by which its page
 * shows that it knows the session.
 */
@Timeout(60)
class SessionTest {
    private static final String SECRET = "abcdefgh".repeat(8);
    private static final String SALT = "session salt";

    /** Also holds {@code return_to: nil} and, as {@code user_token}, 32 bytes from 0xe0 on. */
    private static final String SESSION =
            "SFMyNTY.g3QAAAAGbQAAAAtfY3NyZl90b2tlbm0AAAAYZ1R3cDB2cnIxcnNaOWZmNnlZdVp6N2Y5bQAAAA5s"
                    + "aXZlX3NvY2tldF9pZG0AAAARdXNlcnNfc2Vzc2lvbnM6NEFtAAAACHJlbWVtYmVyZAAEdHJ1ZW0AAAAJcmV0"
                    + "dXJuX3RvZAADbmlsbQAAAAd1c2VyX2lkYSptAAAACnVzZXJfdG9rZW5tAAAAIODh4uPk5ebn6Onq6-zt7u_w"
                    + "8fLz9PX29_j5-vv8_f7_.mxxpsc0efHbRQteEhWGep-Dy8-_1q8u2jd7rRkoDcSY";

    private static final String WITHOUT_CSRF =
            "SFMyNTY.g3QAAAABbQAAAAd1c2VyX2lkYSo.Sf4lxL5mFQrQelVzzHMP-yxI1oGNrCUmlwJokvk3Eko";
    private static final String SHORT_CSRF =
            "SFMyNTY.g3QAAAABbQAAAAtfY3NyZl90b2tlbm0AAAAFc2hvcnQ"
                    + ".lVSjyLOax2UZoMmYHRRVLThVDa5QDB3n4eRloGoVH-k";

    private static final String CSRF = "DyQAH2MFJgoFFUo4XxxXZC00ED4-BQ9IhpwoSsTx4g9bfz1RTmedD2iq";

    private final BlockingQueue<ConnectInfo> infos = new LinkedBlockingQueue<>();
    private final Endpoint endpoint =
            Endpoint.builder()
                    .socket(
                            "/s",
                            socket ->
                                    socket.channel("*", Filter::new)
                                            .session("_chat_key", SECRET, SALT)
                                            .connect(
                                                    (_, info) -> {
                                                        infos.add(info);
                                                        return ConnectResult.ok();
                                                    }))
                    .transport(application -> MemoryTransport.start(1, application))
                    .start();

    @AfterEach
    void close() {
        endpoint.close();
    }

    private Optional<Session> sessionOf(String cookies, String query) throws InterruptedException {
        MemoryTransport transport = (MemoryTransport) endpoint.transport();
        String target = "/s/websocket?vsn=2.0.0" + query;
        assertThat(transport.connect(target, cookies).status()).isEqualTo(101);
        return infos.take().session();
    }

    private static String cookie(String value) {
        return "Cookie: theme=dark; _chat_key=" + value + "; last=1\r\n";
    }

    @Test
    void isReadIfThePageKnowsItsToken() throws Exception {
        Session session = sessionOf(cookie(SESSION), "&_csrf_token=" + CSRF).orElseThrow();
        assertThat(session.integer("user_id")).contains(42L);
        assertThat(session.text("live_socket_id")).contains("users_sessions:4A");
        assertThat(session.values()).containsEntry("remember", true);
        assertThat(session.values()).doesNotContainKey("return_to");
        byte[] token = session.bytes("user_token").orElseThrow();
        assertThat(HexFormat.of().formatHex(token))
                .isEqualTo("e0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
        assertThat(session.text("user_token")).isEmpty();
        assertThat(session.text("user_id")).isEmpty();
        assertThat(session.bytes("live_socket_id").orElseThrow())
                .isEqualTo("users_sessions:4A".getBytes(StandardCharsets.UTF_8));
        assertThat(session.bytes("none")).isEmpty();
        assertThat(session.toString()).contains("user_id").doesNotContain("42");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "&_csrf_token=",
                "&_csrf_token=x",
                "&_csrf_token=gTwp0vrr1rsZ9ff6yYuZz7f9", // as it is in the session
                "&_csrf_token=DyQAH2MFJgoFFUo4XxxXZC00ED4-BQ9JhpwoSsTx4g9bfz1RTmedD2iq",
                "&_csrf_token=DyQAH2MFJgoFFUo4XxxXZC00ED4-BQ9IhpwoSsTx4g9bfz1RTmedD2ir",
                "&_csrf_token=DyQAH2MFJgoFFUo4XxxXZC00ED4-BQ9IhpwoSsTx4g9bfz1RTmedD2i",
                "&_csrf_token=DyQAH2MFJgoFFUo4XxxXZC00ED4-BQ9IhpwoSsTx4g9bfz1RTmedD2iqq",
                "&_csrf_token=!yQAH2MFJgoFFUo4XxxXZC00ED4-BQ9IhpwoSsTx4g9bfz1RTmedD2iq",
                "&_csrf_token=DyQAH2MFJgoFFUo4XxxXZC00ED4-B%3D%3D%3DhpwoSsTx4g9bfz1RTmedD2iq",
                "&_csrf_token=DyQAH2MFJgoFFUo4XxxXZC00ED4-BQ9IhpwoSsTx4g9bfz1RTmedD2%C3%A9q",
            })
    void otherwiseThereIsNone(String query) throws Exception {
        assertThat(sessionOf(cookie(SESSION), query)).isEmpty();
    }

    @Test
    void thereIsNoneWithoutItsCookieOrToken() throws Exception {
        String query = "&_csrf_token=" + CSRF;
        assertThat(sessionOf("", query)).isEmpty();
        assertThat(sessionOf("Cookie: other=" + SESSION + "\r\n", query)).isEmpty();
        assertThat(sessionOf(cookie(WITHOUT_CSRF), query)).isEmpty();
        assertThat(sessionOf(cookie(SHORT_CSRF), query)).isEmpty();
        assertThat(sessionOf(cookie(SESSION.replace("mxxp", "mxxq")), query)).isEmpty();
        assertThat(sessionOf(cookie(SESSION.replace("lkYSpt", "lkYStt")), query)).isEmpty();
        assertThat(sessionOf(cookie("SFMyNTY..") + cookie(SESSION), query)).isEmpty();
    }
}
