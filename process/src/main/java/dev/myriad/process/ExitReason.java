package dev.myriad.process;

/** Why a process ended. Immutable. */
public sealed interface ExitReason {
    /** It had nothing more to do. */
    ExitReason NORMAL = new Normal();

    /** It had ended before it was asked. */
    ExitReason NO_PROCESS = new NoProcess();

    /**
     * Its handler threw an {@link OutOfMemoryError} or another one, and there was no memory to keep
     * that.
     */
    ExitReason OUT_OF_MEMORY =
            new Crash(new OutOfMemoryError("there was no memory to keep what was thrown"));

    /** It had nothing more to do. */
    record Normal() implements ExitReason {}

    /** There was no such process any more, so its own reason is not known. */
    record NoProcess() implements ExitReason {}

    /**
     * It was told to end, or ended itself, in good order.
     *
     * @param detail why, for its own clean-up and for those who watch it
     */
    record Shutdown(Object detail) implements ExitReason {}

    /**
     * Its handler threw.
     *
     * @param cause what was thrown
     */
    record Crash(Throwable cause) implements ExitReason {}
}
