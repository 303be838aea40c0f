package dev.myriad.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.channels.Endpoint;
import dev.myriad.net.memory.MemoryTransport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A browser that a Phoenix application knows as user 42. */
@Timeout(60)
class SignedInByPhoenixTest {
    private static final String SECRET = "abcdefgh".repeat(8);
    private static final String COOKIE =
            "Cookie: _chat_key="
                    + "SFMyNTY.g3QAAAACbQAAAAtfY3NyZl90b2tlbm0AAAAYYUdWc2JHOGdkMjl5YkdRZ2FHVnNiRzhobQAAAAd1c2VyX2lkYSo"
                    + ".8M0TaeOoCMES9-36BNhSQDYHtbI0514ryN5axlQ5cus\r\n";
    private static final String CSRF =
            "?vsn=2.0.0&_csrf_token=Ox0MKVJ3CFcFUFodByE2DwgtPR8PKVcYZZZZ0000abcdefghijklmnop";

    private final Endpoint endpoint =
            Endpoint.builder()
                    .socket("/socket", socket -> SignedInByPhoenix.offer(socket, SECRET))
                    .socket("/users/:user_id", socket -> SignedInByPhoenix.offerOwn(socket, SECRET))
                    .transport(application -> MemoryTransport.start(1, application))
                    .start();

    @AfterEach
    void close() {
        endpoint.close();
    }

    private int status(String target, String headers) {
        return ((MemoryTransport) endpoint.transport()).connect(target, headers).status();
    }

    @Test
    void isLetIn() {
        assertThat(status("/socket/websocket" + CSRF, COOKIE)).isEqualTo(101);
        assertThat(status("/users/42/websocket" + CSRF, COOKIE)).isEqualTo(101);
    }

    @Test
    void othersAreNot() {
        assertThat(status("/socket/websocket" + CSRF, "")).isEqualTo(403);
        assertThat(status("/socket/websocket?vsn=2.0.0", COOKIE)).isEqualTo(403);
        assertThat(status("/users/7/websocket" + CSRF, COOKIE)).isEqualTo(403);
        String origin = "Origin: http://localhost\r\n";
        assertThat(status("/users/42/websocket" + CSRF, COOKIE + origin)).isEqualTo(403);
    }
}
