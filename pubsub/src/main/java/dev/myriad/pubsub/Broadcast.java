package dev.myriad.pubsub;

import dev.myriad.protocol.Payload;

/** A message of a topic, as a process that subscribed to it finds it in its mailbox. Immutable. */
public record Broadcast(String topic, String event, Payload payload) {}
