package dev.myriad.channels;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.myriad.protocol.Payload;

/**
 * The words that Phoenix Channels fixes, as they are compared and as they are sent. Thread-safe:
 * constants only.
 */
final class Words {
    static final String PHOENIX = "phoenix";
    static final String LEAVE = "phx_leave";
    static final String CLOSE = "phx_close";
    static final String ERROR = "phx_error";

    static final byte[] PHOENIX_UTF8 = PHOENIX.getBytes(UTF_8);
    static final byte[] HEARTBEAT_UTF8 = "heartbeat".getBytes(UTF_8);
    static final byte[] JOIN_UTF8 = "phx_join".getBytes(UTF_8);
    static final byte[] LEAVE_UTF8 = LEAVE.getBytes(UTF_8);

    static final String TOKEN_EXPIRING = "token_expiring";
    static final byte[] ACCESS_TOKEN_UTF8 = "access_token".getBytes(UTF_8);

    static final String STATUS_OK = "ok";
    static final String STATUS_ERROR = "error";

    static final Payload UNMATCHED_TOPIC = reason("unmatched topic");
    static final Payload TOO_MANY_CHANNELS = reason("too many channels joined");
    static final Payload TOO_MANY_JOINS = reason("too many joins under way");
    static final Payload TOPIC_TOO_LONG = reason("topic too long");
    static final Payload JOINS_TOO_FAST = reason("too many joins per second");
    static final String OVERLOADED_REASON = "overloaded";
    static final Payload OVERLOADED = reason(OVERLOADED_REASON);
    static final Payload NESTED_TOO_DEEPLY = reason("nested too deeply");
    static final Payload JOIN_CRASHED = reason("join crashed");
    static final Payload CHANNEL_CRASH = reason("channel_crash");
    static final Payload TOKEN_EXPIRED = reason("token expired");
    static final Payload OTHER_ID = reason("the token has another id");
    static final Payload RENEWAL_CRASHED = reason("renewal crashed");
    static final Payload NEWER_TOKEN = reason("a newer token came");

    private Words() {}

    private static Payload reason(String reason) {
        return Payload.json(("{\"reason\":\"" + reason + "\"}").getBytes(UTF_8));
    }
}
