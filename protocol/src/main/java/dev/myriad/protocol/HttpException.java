package dev.myriad.protocol;

/**
 * A request that is refused, with the HTTP status to answer: the one thing the request parser
 * throws. Immutable.
 *
 * <p>No stack trace: it tells about the peer's bytes and not about our code.
 */
public final class HttpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    public HttpException(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    static HttpException badRequest(String message) {
        return new HttpException(400, message);
    }

    public int status() {
        return status;
    }
}
