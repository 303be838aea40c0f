package dev.myriad.protocol;

/**
 * The WebSocket close codes of RFC 6455, section 7.4.1, and of the IANA registry beside it.
 * Thread-safe: constants only.
 */
public final class CloseCode {
    public static final int NORMAL = 1000;
    public static final int GOING_AWAY = 1001;
    public static final int PROTOCOL_ERROR = 1002;
    public static final int UNSUPPORTED = 1003;

    /** The peer's close frame held no code. Never sent. */
    public static final int NO_STATUS = 1005;

    /** The connection ended without a close frame. Never sent. */
    public static final int ABNORMAL = 1006;

    public static final int INVALID_PAYLOAD = 1007;
    public static final int POLICY = 1008;
    public static final int TOO_BIG = 1009;
    public static final int INTERNAL_ERROR = 1011;
    public static final int SERVICE_RESTART = 1012;
    public static final int TRY_AGAIN_LATER = 1013;

    /** The client's credentials do not suffice, or not any more; registered by IANA. */
    public static final int UNAUTHORIZED = 3000;

    private CloseCode() {}

    /**
     * Whether a close frame may carry the code: the registered ones, and 3000 to 4999 for libraries
     * and applications.
     */
    public static boolean validOnWire(int code) {
        return (code >= 1000 && code <= 1003)
                || (code >= 1007 && code <= 1014)
                || (code >= 3000 && code <= 4999);
    }
}
