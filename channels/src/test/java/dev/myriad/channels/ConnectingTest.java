package dev.myriad.channels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.net.memory.MemoryTransport;
import dev.myriad.process.Process;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What logs call the process that asks the user, which takes as long as the user does. */
@Timeout(60)
class ConnectingTest {
    @Test
    void isNamedByThePathOfItsSocket() {
        Queue<String> names = new ConcurrentLinkedQueue<>();
        Connect connect =
                (_, _) -> {
                    names.add(String.valueOf(Process.self()));
                    return ConnectResult.ok();
                };
        try (Endpoint endpoint =
                Endpoint.builder()
                        .socket(
                                "/socket",
                                socket -> socket.connect(connect).channel("*", Filter::new))
                        .socket(
                                "/users/:user_id",
                                socket -> socket.connect(connect).channel("*", Filter::new))
                        .transport(application -> MemoryTransport.start(1, application))
                        .start()) {
            MemoryTransport transport = (MemoryTransport) endpoint.transport();
            assertThat(transport.connect("/socket/websocket").status()).isEqualTo(101);
            assertThat(transport.connect("/users/42/websocket").status()).isEqualTo(101);
        }
        assertThat(names).containsExactly("connect of /socket", "connect of /users/:user_id");
    }
}
