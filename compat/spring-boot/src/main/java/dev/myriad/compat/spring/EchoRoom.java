package dev.myriad.compat.spring;

import dev.myriad.channels.Channel;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.protocol.Payload;

/** Answers what it is told. Its callbacks are called by one thread at a time. */
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
