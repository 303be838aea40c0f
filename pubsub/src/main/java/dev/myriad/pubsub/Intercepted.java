package dev.myriad.pubsub;

import dev.myriad.protocol.Payload;

/**
 * A message of a topic that a connection did not get, as its interceptor finds it in its mailbox.
 * Immutable.
 */
public record Intercepted(String event, Payload payload) {}
