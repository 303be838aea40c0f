package dev.myriad.compat.desk;

/**
 * A customer's question, and what was said about it: to the customer, and among agents.
 * Thread-safe.
 */
record Ticket(long number, String customer, String subject, Lines messages, Lines notes) {
    Ticket(long number, String customer, String subject) {
        this(number, customer, subject, new Lines(), new Lines());
    }

    String topic() {
        return "ticket:" + number;
    }

    Summary summary() {
        return new Summary(number, customer, subject);
    }

    /** A ticket as the lobby shows it. */
    record Summary(long ticket, String customer, String subject) {}
}
