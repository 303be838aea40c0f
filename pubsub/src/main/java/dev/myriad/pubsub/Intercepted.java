package dev.myriad.pubsub;

import dev.myriad.protocol.Payload;

/** What an interceptor finds in its mailbox for a message that its connection did not get. */
public record Intercepted(String event, Payload payload) {}
