package dev.myriad.compat.desk;

import dev.myriad.channels.Channel;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.protocol.Payload;
import dev.myriad.spring.ChannelMapping;
import java.util.Map;

/**
 * Shows agents which tickets are open. Its callbacks are called by one thread at a time.
 *
 * <p>A closed ticket never opens again, so {@code closed} outweighs the list, whichever comes
 * first.
 */
@ChannelMapping(value = LobbyChannel.TOPIC, socket = "/agent")
final class LobbyChannel extends Channel {
    static final String TOPIC = "lobby";

    private final Tickets tickets;

    LobbyChannel(Tickets tickets) {
        this.tickets = tickets;
    }

    @Override
    protected JoinResult join(String topic, Payload params) {
        return JoinResult.ok();
    }

    @Override
    protected void joined() {
        push("tickets", Map.of("tickets", tickets.summaries()));
    }

    @Override
    protected Result handleIn(String event, Payload payload) {
        return Result.error(Map.of("reason", "the lobby only listens"));
    }
}
