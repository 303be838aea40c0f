/**
 * Long polling, the second transport of Phoenix Channels: {@link
 * dev.myriad.longpoll.LongPollTransport} goes around any other, and makes of each client that polls
 * a {@link dev.myriad.net.Connection} like those of WebSockets.
 */
@NullMarked
package dev.myriad.longpoll;

import org.jspecify.annotations.NullMarked;
