package dev.myriad.process;

import org.jspecify.annotations.Nullable;

/** A call got no answer. Immutable. */
public final class CallException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why there is no answer. */
    public enum Code {
        /** None came in time; one that comes later is dropped. */
        TIMEOUT,
        /** The process has ended, or ended before it answered. */
        EXITED,
        /** The process answered with a failure, which is the cause. */
        FAILED,
        /** The caller was interrupted. */
        INTERRUPTED
    }

    private final Code code;

    @SuppressWarnings("serial") // not meant to be serialised
    private final @Nullable ExitReason reason;

    CallException(
            Code code, String message, @Nullable Throwable cause, @Nullable ExitReason reason) {
        super(message, cause);
        this.code = code;
        this.reason = reason;
    }

    /** Why there is no answer. */
    public Code code() {
        return code;
    }

    /** Why the process ended; null unless the code is {@link Code#EXITED}. */
    public @Nullable ExitReason reason() {
        return reason;
    }
}
