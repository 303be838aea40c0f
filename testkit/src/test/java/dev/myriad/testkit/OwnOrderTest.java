package dev.myriad.testkit;

import static dev.myriad.testkit.ConformanceServer.serve;
import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.channels.Endpoint;
import dev.myriad.net.Transports;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a channel sends to its own client stays in order, on real transports, in a full room. */
@Timeout(120)
class OwnOrderTest {
    private static final String ROOM = "conformance:room";

    /** More than a shard serves of a broadcast before it turns to replies. */
    private static final int OTHERS = 150;

    private static final int ROUNDS = 50;

    @ParameterizedTest
    @EnumSource(value = Transports.Kind.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void aBroadcastPrecedesTheReplyThatFollowsIt(Transports.Kind kind) {
        List<WireClient> others = new ArrayList<>();
        try (Endpoint endpoint = serve(kind)) {
            for (int i = 0; i < OTHERS; i++) {
                others.add(joined(endpoint));
            }
            try (WireClient sender = joined(endpoint)) {
                for (int n = 0; n < ROUNDS; n++) {
                    sender.send(message("1", "2", "broadcast_push_reply", payload(n)));
                }
                for (int n = 0; n < ROUNDS; n++) {
                    assertThat(sender.next()).isEqualTo(said(n));
                    assertThat(sender.next())
                            .isEqualTo(
                                    "[\"1\",null,\"%s\",\"pushed\",%s]"
                                            .formatted(ROOM, payload(n)));
                    assertThat(sender.next()).isEqualTo(reply("2", payload(n)));
                }
            }
            for (WireClient other : others) {
                for (int n = 0; n < ROUNDS; n++) {
                    assertThat(other.next()).isEqualTo(said(n));
                }
            }
        } finally {
            others.forEach(WireClient::close);
        }
    }

    private static WireClient joined(Endpoint endpoint) {
        URI url = Conformance.url(ConformanceServer.url(endpoint));
        WireClient client = WireClient.connect(url);
        client.send(message("1", "1", "phx_join", "{}"));
        assertThat(client.next()).isEqualTo(reply("1", "{}"));
        return client;
    }

    private static String payload(int n) {
        return "{\"n\":" + n + "}";
    }

    private static String said(int n) {
        return "[null,null,\"%s\",\"said\",%s]".formatted(ROOM, payload(n));
    }

    private static String message(String joinRef, String ref, String event, String payload) {
        return "[\"%s\",\"%s\",\"%s\",\"%s\",%s]".formatted(joinRef, ref, ROOM, event, payload);
    }

    private static String reply(String ref, String response) {
        return message("1", ref, "phx_reply", "{\"status\":\"ok\",\"response\":" + response + "}");
    }
}
