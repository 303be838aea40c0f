package dev.myriad.testkit;

import dev.myriad.channels.Channel;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.protocol.Payload;

/** Lets everyone in and answers every event with its payload. */
class EchoRoom extends Channel {
    @Override
    protected JoinResult join(String topic, Payload params) {
        return JoinResult.ok();
    }

    @Override
    protected Result handleIn(String event, Payload payload) {
        return Result.ok(payload);
    }
}
