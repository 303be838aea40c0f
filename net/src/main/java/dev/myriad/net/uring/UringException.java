package dev.myriad.net.uring;

/** The kernel refused an io_uring call. Immutable. */
final class UringException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    UringException(String what, int errno) {
        super(what + ": " + Kernel.message(errno));
        this.errno = errno;
    }

    int errno() {
        return errno;
    }
}
