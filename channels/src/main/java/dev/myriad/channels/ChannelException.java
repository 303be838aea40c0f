package dev.myriad.channels;

/** A channel was used in a way that has no meaning. Immutable. */
public final class ChannelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Code code;

    ChannelException(Code code, String message) {
        super(message);
        this.code = code;
    }

    public Code code() {
        return code;
    }

    /** What went wrong. */
    public enum Code {
        /** A method that needs a joined channel was called before {@code join} returned ok. */
        NOT_JOINED,
        /** A callback took longer than the route's {@code handlerTimeout}. */
        HANDLER_TIMEOUT,
        /** A reference to the client's message was asked for outside of {@code handleIn}. */
        NO_MESSAGE,
        /** The factory of a route gave the same channel twice. */
        CHANNEL_REUSED
    }
}
