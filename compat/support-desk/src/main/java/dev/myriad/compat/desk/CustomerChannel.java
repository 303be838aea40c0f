package dev.myriad.compat.desk;

import dev.myriad.spring.ChannelMapping;

/** A ticket for the customer whose it is. Its callbacks are called by one thread at a time. */
@ChannelMapping(value = "ticket:*", socket = "/customer")
final class CustomerChannel extends TicketChannel {
    CustomerChannel(Tickets tickets) {
        super(tickets);
    }

    @Override
    User.Customer user() {
        return (User.Customer) assigns().get("user");
    }

    @Override
    boolean maySee(Ticket ticket) {
        return ticket.number() == user().ticket();
    }
}
