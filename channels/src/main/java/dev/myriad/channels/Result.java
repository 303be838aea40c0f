package dev.myriad.channels;

import dev.myriad.protocol.Payload;

/** What {@link Channel#handleIn} answers to the client. Immutable, as far as what it holds is. */
public sealed interface Result {
    /** Nothing: the client hears nothing from this message. */
    record NoReply() implements Result {
        static final NoReply ONLY = new NoReply();
    }

    /**
     * A reply.
     *
     * @param status {@code ok}, {@code error} or a word of your own that the client waits for
     * @param response a JSON object, or a binary {@link Payload}
     */
    record Reply(String status, Object response) implements Result {}

    static Result noReply() {
        return NoReply.ONLY;
    }

    /** Status {@code ok} and <code>{}</code>. */
    static Result ok() {
        return new Reply("ok", Payload.EMPTY);
    }

    static Result ok(Object response) {
        return new Reply("ok", response);
    }

    static Result error(Object reason) {
        return new Reply("error", reason);
    }

    static Result reply(String status, Object response) {
        return new Reply(status, response);
    }
}
