package dev.myriad.channels;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** What {@link Connect} answers. Immutable. */
public sealed interface ConnectResult {
    /**
     * The client may connect.
     *
     * @param assigns what all channels of the connection can read, {@link Socket#assigns}
     * @param id by which {@link Endpoint#disconnect} finds the connection, {@link Socket#id}
     * @param expiresAt when the connection is closed unless it is renewed; never if empty
     */
    record Ok(Map<String, Object> assigns, Optional<String> id, Optional<Instant> expiresAt)
            implements ConnectResult {
        /** The year 9999: what ends later does not end. */
        private static final Instant FAR = Instant.ofEpochSecond(253_402_300_799L);

        public Ok {
            assigns = Map.copyOf(assigns);
        }

        /**
         * The same with an id. Several connections may have it, as those of one user do: {@code
         * ConnectResult.ok().id("users:42")}.
         */
        public Ok id(String id) {
            return new Ok(assigns, Optional.of(id), expiresAt);
        }

        /**
         * The same with a time at which the connection is closed, usually when the client's token
         * expires. The close code is 3000, which clients answer by connecting again; {@link
         * SocketRoutes#renew} can put the time off. If it has passed already, the client is
         * answered with HTTP status 403.
         */
        public Ok expiresAt(Instant expiresAt) {
            return new Ok(assigns, id, Optional.of(expiresAt));
        }

        boolean isExpired(Instant now) {
            return expiresAt.isPresent() && !now.isBefore(expiresAt.get());
        }

        /** Since 1970, as far as the clock counts. */
        Optional<Long> expiresAtMillis() {
            return expiresAt.filter(FAR::isAfter).map(Instant::toEpochMilli);
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
        return new Ok(assigns, Optional.empty(), Optional.empty());
    }

    static ConnectResult refused(String reason) {
        return new Refused(reason);
    }
}
