/**
 * Topics and those who listen to them: a message is encoded once per serializer and handed straight
 * to the connections. Start with {@link dev.myriad.pubsub.PubSub}.
 */
@NullMarked
package dev.myriad.pubsub;

import org.jspecify.annotations.NullMarked;
