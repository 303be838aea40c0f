package dev.myriad.pubsub;

import dev.myriad.protocol.Payload;

/** What a process that subscribed to a topic finds in its mailbox for each message of the topic. */
public record Broadcast(String topic, String event, Payload payload) {}
