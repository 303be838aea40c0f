package dev.myriad.channels;

import java.util.Map;

/** What {@link Connect} answers. */
public sealed interface ConnectResult {
    /**
     * The client may connect.
     *
     * @param assigns what all channels of the connection can read, {@link Socket#assigns}
     */
    record Ok(Map<String, Object> assigns) implements ConnectResult {
        public Ok {
            assigns = Map.copyOf(assigns);
        }
    }

    /**
     * The client gets HTTP status 403.
     *
     * @param reason the body of the response
     */
    record Refused(String reason) implements ConnectResult {}

    static ConnectResult ok() {
        return new Ok(Map.of());
    }

    static ConnectResult ok(Map<String, Object> assigns) {
        return new Ok(assigns);
    }

    static ConnectResult refused(String reason) {
        return new Refused(reason);
    }
}
