package dev.myriad.channels;

import dev.myriad.protocol.Payload;

/** What {@link Channel#join} answers. Immutable, as far as what it holds is. */
public sealed interface JoinResult {
    /**
     * The client is in.
     *
     * @param response what it hears, a JSON object
     */
    record Ok(Object response) implements JoinResult {}

    /**
     * The client stays out.
     *
     * @param reason what it hears, a JSON object
     */
    record Refused(Object reason) implements JoinResult {}

    /** The client is in and hears <code>{}</code>. */
    static JoinResult ok() {
        return new Ok(Payload.EMPTY);
    }

    /** The client is in and hears the response. */
    static JoinResult ok(Object response) {
        return new Ok(response);
    }

    /** The client stays out and hears why. */
    static JoinResult error(Object reason) {
        return new Refused(reason);
    }
}
