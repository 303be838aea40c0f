package dev.myriad.process;

import org.jspecify.annotations.Nullable;

/** Who waits for an answer. Thread-safe; the first answer counts. */
public sealed interface Caller permits Reply {
    /** Answers; the type is the one that the request names. */
    void reply(@Nullable Object answer);

    /** Answers with a failure: {@code call} throws a {@link CallException} with this cause. */
    void fail(Throwable cause);
}
