package dev.myriad.channels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.net.memory.MemoryClient;
import dev.myriad.net.memory.MemoryTransport;
import dev.myriad.protocol.Payload;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who joins while others write misses nothing, by the recipe of the guide. */
@Timeout(120)
class HistoryTest {
    /** So that the history stays a message that a client may be sent. */
    private static final long PAUSE_NANOS = 50_000;

    private static final int JOINS = 150;
    private static final Pattern ID = Pattern.compile("\"id\":(\\d+)|\\b(\\d+)(?=[,\\]])");

    private final List<Integer> history = new CopyOnWriteArrayList<>();

    /** Reads the history when the client is in. */
    private final class Room extends Channel {
        @Override
        protected JoinResult join(String topic, Payload params) {
            return JoinResult.ok();
        }

        @Override
        protected void joined() {
            push("history", Map.of("ids", List.copyOf(history)));
        }

        @Override
        protected Result handleIn(String event, Payload payload) {
            return Result.noReply();
        }
    }

    @Test
    void nothingIsMissedBetweenTheHistoryAndTheBroadcasts() throws Exception {
        try (Endpoint endpoint =
                Endpoint.builder()
                        .socket("/socket", socket -> socket.channel("room:*", Room::new))
                        .transport(application -> MemoryTransport.start(2, application))
                        .start()) {
            AtomicBoolean stop = new AtomicBoolean();
            Thread writer =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        for (int id = 0; !stop.get(); id++) {
                                            history.add(id); // store, then broadcast
                                            endpoint.broadcast("room:a", "said", Map.of("id", id));
                                            LockSupport.parkNanos(PAUSE_NANOS);
                                        }
                                    });
            for (int i = 0; i < JOINS; i++) {
                MemoryClient client =
                        ((MemoryTransport) endpoint.transport())
                                .connect("/socket/websocket?vsn=2.0.0");
                client.send(Wire.V2.message("1", "1", "room:a", "phx_join", "{}"));
                assertThat(client.next()).contains("phx_reply");
                TreeSet<Integer> seen = new TreeSet<>();
                boolean read = false;
                int live = 0;
                while (!read || live < 3) {
                    String message = client.next();
                    read |= message.contains("\"history\"");
                    live += message.contains("\"said\"") ? 1 : 0;
                    String payload = message.substring(message.indexOf('{'));
                    ID.matcher(payload).results().forEach(id -> seen.add(number(id.group())));
                }
                assertThat(seen.size()).as("without a gap from 0").isEqualTo(seen.last() + 1);
                client.vanish();
            }
            stop.set(true);
            writer.join();
        }
    }

    private static int number(String text) {
        return Integer.parseInt(text.replaceAll("\\D", ""));
    }
}
