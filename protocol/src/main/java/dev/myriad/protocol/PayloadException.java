package dev.myriad.protocol;

/**
 * A payload and the object that it was to become, or was to be made of, do not fit. The message
 * says which type and where, on one line and shortened, since clients can write part of it.
 * Immutable.
 */
public final class PayloadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Code code;

    public PayloadException(Code code, String message) {
        super(message);
        this.code = code;
    }

    public PayloadException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /**
     * A payload that is no object of a type.
     *
     * @param where in it, such as {@code bids[2].amount}; empty if all of it
     */
    public static PayloadException doesNotFit(
            String type, String where, String why, Throwable cause) {
        return new PayloadException(
                Code.DOES_NOT_FIT,
                "a payload does not fit "
                        + Excerpt.of(type)
                        + (where.isEmpty() ? "" : " at " + Excerpt.of(where))
                        + ": "
                        + Excerpt.of(why),
                cause);
    }

    public Code code() {
        return code;
    }

    /** What went wrong. */
    public enum Code {
        /** A client's payload was read as something that it is not. */
        DOES_NOT_FIT,
        /** An object has no JSON text. */
        NOT_WRITABLE,
        /** An object became JSON text that is no JSON object. */
        NOT_AN_OBJECT
    }
}
