package dev.myriad.process;

/**
 * What can be asked of a process with {@link Process#call}; it says the type of the answer. It goes
 * to another thread, so make it immutable.
 *
 * <pre>{@code
 * record Balance() implements Request<Long> {}
 * long balance = account.call(new Balance());
 * }</pre>
 *
 * @param <R> of the answer
 */
public interface Request<R> {}
