package dev.myriad.process;

/** What becomes of a message that finds a bounded mailbox full. */
public enum Overflow {
    /** It is dropped, and counted. */
    DROP,
    /** The sender gets a {@link MailboxFullException}; this too is counted. */
    REFUSE,
    /**
     * The sender waits until there is room. Two processes that send to each other so can wait for
     * ever: let messages flow in one direction only.
     */
    WAIT
}
