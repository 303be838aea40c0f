package dev.myriad.channels;

import java.util.Map;
import java.util.Optional;

/** What {@link Connect} answers. */
public sealed interface ConnectResult {
    /**
     * The client may connect.
     *
     * @param assigns what all channels of the connection can read, {@link Socket#assigns}
     * @param id by which {@link Endpoint#disconnect} finds the connection, {@link Socket#id}
     */
    record Ok(Map<String, Object> assigns, Optional<String> id) implements ConnectResult {
        public Ok {
            assigns = Map.copyOf(assigns);
        }

        /**
         * The same with an id. Several connections may have it, as those of one user do: {@code
         * ConnectResult.ok().id("users:42")}.
         */
        public Ok id(String id) {
            return new Ok(assigns, Optional.of(id));
        }
    }

    /**
     * The client gets HTTP status 403.
     *
     * @param reason the body of the response
     */
    record Refused(String reason) implements ConnectResult {}

    static Ok ok() {
        return ok(Map.of());
    }

    static Ok ok(Map<String, Object> assigns) {
        return new Ok(assigns, Optional.empty());
    }

    static ConnectResult refused(String reason) {
        return new Refused(reason);
    }
}
