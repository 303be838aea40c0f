package dev.myriad.compat.desk;

import java.util.Set;

/** Who is at the other end of a connection, and what they may do. Immutable. */
sealed interface User {
    String name();

    /** By which {@code Endpoint.disconnect} finds the user; a renewed token has to keep it. */
    String id();

    boolean maySee(Ticket ticket);

    boolean may(String event);

    /** Asks, in the ticket that is theirs. */
    record Customer(String name, long ticket) implements User {
        @Override
        public String id() {
            return "customers:" + ticket;
        }

        @Override
        public boolean maySee(Ticket other) {
            return other.number() == ticket;
        }

        @Override
        public boolean may(String event) {
            return Set.of("say", "typing").contains(event);
        }
    }

    /** Answers, in any ticket; a trainee takes notes only. */
    record Agent(String name, Role role) implements User {
        @Override
        public String id() {
            return "agents:" + name;
        }

        @Override
        public boolean maySee(Ticket ticket) {
            return true;
        }

        @Override
        public boolean may(String event) {
            return role == Role.EXPERT || event.equals("note");
        }
    }

    /** What an agent has learned. */
    enum Role {
        TRAINEE,
        EXPERT
    }
}
