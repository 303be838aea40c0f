package dev.myriad.net.uring;

import java.util.Locale;
import java.util.Optional;

/** Finds out what this machine's kernel offers. Stateless. */
public final class Probe {
    private Probe() {}

    /** Why io_uring cannot be used here, in one sentence for the operator; empty if it can. */
    public static Optional<String> obstacle() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        if (!os.contains("linux")) {
            return Optional.of("it exists on Linux only");
        }
        try (Ring ring = new Ring(8, 16, 8, 8, 64, Op.FIRST_URGENT, new Nobody())) {
            ring.flush(); // entering it may be forbidden where making it is not
            // Linux 6.8 brought the last of what is used: reading socket options through a ring.
            return ring.supports(Ring.OP_FIXED_FD_INSTALL)
                    ? Optional.empty()
                    : Optional.of("Linux 6.8 or newer is needed");
        } catch (UringException e) {
            return Optional.of(obstacle(e));
        } catch (LinkageError | IllegalCallerException | UnsupportedOperationException e) {
            return Optional.of(withoutFunctions(e));
        }
    }

    /** Why it cannot be used, given what the kernel answered. */
    public static String obstacle(UringException e) {
        return switch (e.errno()) {
            case 1, 13 -> "it is forbidden here (seccomp or io_uring_disabled)";
            case 38 -> "this kernel has no io_uring";
            case 12 -> "the limit of locked memory is too low (" + e.getMessage() + ")";
            case 23, 24 -> "the limit of open files is too low (" + e.getMessage() + ")";
            case 22 -> "Linux 6.8 or newer is needed";
            default -> String.valueOf(e.getMessage());
        };
    }

    /** Why it cannot be used, given what there was too little of: the JVM says of what. */
    public static String obstacle(OutOfMemoryError e) {
        return String.valueOf(e.getMessage());
    }

    /** Why the kernel's functions cannot be called: the class that looks them up did not load. */
    private static String withoutFunctions(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        boolean denied =
                cause instanceof IllegalCallerException
                        || !Probe.class.getModule().isNativeAccessEnabled();
        return denied
                ? "this JVM denies native access, which --enable-native-access=ALL-UNNAMED allows"
                : "the kernel's functions cannot be called (" + cause + ")";
    }

    private static final class Nobody implements Ring.Completions {
        @Override
        public void atOnce(long userData, int result) {
            throw new AssertionError("nothing was asked for");
        }

        @Override
        public void on(long userData, int result, int flags) {
            throw new AssertionError("nothing was asked for");
        }
    }
}
