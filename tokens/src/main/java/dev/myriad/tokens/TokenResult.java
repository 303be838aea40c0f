package dev.myriad.tokens;

import java.time.Instant;

/** What {@link Token#verify} answers. Immutable. */
public sealed interface TokenResult {
    /**
     * The token was signed with this secret and salt, and is young enough.
     *
     * @param data what was signed: a {@code String}, {@code Long}, {@code Boolean}, or a {@code
     *     Map} from strings to these
     * @param signedAt by the signer's clock, from which the end of a connection can be told
     */
    record Valid(Object data, Instant signedAt) implements TokenResult {}

    /** The token was signed with this secret and salt, and is too old. */
    record Expired() implements TokenResult {}

    /** The token was not signed with this secret and salt, or holds what is not supported. */
    record Invalid() implements TokenResult {}
}
