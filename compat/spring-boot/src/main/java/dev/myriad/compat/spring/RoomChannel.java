package dev.myriad.compat.spring;

import dev.myriad.channels.Channel;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.protocol.Payload;
import dev.myriad.spring.ChannelMapping;
import java.util.Map;

/** A room: who is in it hears what is said. Its callbacks are called by one thread at a time. */
@ChannelMapping(
        value = "room:*",
        socket = {"/guest", "/host"})
class RoomChannel extends Channel {
    private final Manners manners;
    private final History history;

    RoomChannel(Manners manners, History history) {
        this.manners = manners;
        this.history = history;
    }

    record Saying(String text) {}

    @Override
    protected JoinResult join(String topic, Payload params) {
        return JoinResult.ok();
    }

    @Override
    protected void joined() {
        push("history", Map.of("messages", history.of(topic())));
    }

    @Override
    protected Result handleIn(String event, Payload payload) {
        if (!event.equals("say")) {
            return Result.error(Map.of("reason", "a room knows the event say"));
        }
        String text = payload.as(Saying.class).text();
        if (!manners.allow(text)) {
            return Result.error(Map.of("reason", "mind your manners"));
        }
        broadcast("said", history.add(topic(), (String) assigns().get("name"), text));
        return Result.ok();
    }
}
