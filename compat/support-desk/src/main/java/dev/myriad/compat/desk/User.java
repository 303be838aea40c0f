package dev.myriad.compat.desk;

/** Who is at the other end of a connection. Immutable. */
sealed interface User {
    String name();

    /** Asks; sees the ticket that is theirs, and no other. */
    record Customer(String name, long ticket) implements User {}

    /** Answers; sees all tickets. */
    record Agent(String name, Role role) implements User {
        boolean mayAnswer() {
            return role == Role.EXPERT;
        }
    }

    /** What an agent may do. */
    enum Role {
        /** Reads along and takes notes. */
        TRAINEE,
        /** Talks to customers and closes tickets, too. */
        EXPERT
    }
}
