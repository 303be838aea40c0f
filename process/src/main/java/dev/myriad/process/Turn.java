package dev.myriad.process;

import org.jspecify.annotations.Nullable;

/** A process's time to handle mail, and what it saw. Confined to the thread that gives it. */
abstract class Turn {
    /** Messages in the mailbox at its last look. */
    int mail;

    /** The newest of the messages that it has, those that are urgent apart. */
    @Nullable Message last;

    /** What overtakes the rest, oldest first. */
    @Nullable Message urgent;

    /** One message was handled; whether others are to run now. */
    abstract boolean isOver();
}
