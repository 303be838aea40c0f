package dev.myriad.process;

/** Which ends of a child make its {@link Supervisor} start it again. */
public enum Restart {
    /** Any. */
    PERMANENT,
    /** Any but {@link ExitReason.Normal} and {@link ExitReason.Shutdown}. */
    TRANSIENT,
    /** None. */
    TEMPORARY;

    boolean isDueAfter(ExitReason reason) {
        return switch (this) {
            case PERMANENT -> true;
            case TRANSIENT ->
                    switch (reason) {
                        case ExitReason.Normal _, ExitReason.Shutdown _ -> false;
                        case ExitReason.Crash _, ExitReason.NoProcess _ -> true;
                    };
            case TEMPORARY -> false;
        };
    }
}
