package dev.myriad.channels;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import dev.myriad.protocol.Payload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A token that a connection is to be renewed with, and the messages that brought it: clients send
 * it once for each of their channels. Confined to the connection's thread, but for {@link #ask}.
 */
final class Renewal {
    private static final Line THREW = Log.of(Endpoint.class).error("renewal crashed");

    private static final ConnectResult NO_TOKEN = ConnectResult.refused("no access_token");
    private static final ConnectResult CRASHED = ConnectResult.refused("renewal crashed");

    /** A message to answer. */
    @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
    record Question(ChannelProcess channel, byte @Nullable [] ref) {}

    final List<Question> questions = new ArrayList<>();
    private final Payload payload;

    Renewal(Payload payload) {
        this.payload = payload;
    }

    boolean isSame(Payload other) {
        return Arrays.equals(payload.bytes(), other.bytes());
    }

    /** Asks the user's code; called on a virtual thread. */
    ConnectResult ask(Renew renew, Socket socket) {
        if (!payload.isObject()
                || !(payload.as(Map.class).get("access_token") instanceof String token)
                || token.isEmpty()) {
            return NO_TOKEN;
        }
        try {
            return Objects.requireNonNull(renew.renew(token, socket));
        } catch (Throwable crash) {
            THREW.tell(crash);
            return CRASHED;
        }
    }
}
