package dev.myriad.process;

/**
 * A request that waits for an answer, as the handler gets it. Immutable.
 *
 * <pre>{@code
 * case Call(Balance _, Caller caller) -> caller.reply(balance);
 * }</pre>
 *
 * @param request what is asked
 * @param caller who waits; it may be answered now, later, or from elsewhere
 */
public record Call(Request<?> request, Caller caller) {}
