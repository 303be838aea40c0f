package dev.myriad.process;

/** A message was refused because the mailbox is full; see {@link Overflow#REFUSE}. Immutable. */
public final class MailboxFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MailboxFullException(String name, int limit) {
        super("the mailbox of " + name + " is full, its limit is " + limit);
    }
}
