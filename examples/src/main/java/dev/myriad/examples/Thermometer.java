package dev.myriad.examples;

import dev.myriad.channels.Channel;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.protocol.Payload;
import dev.myriad.protocol.PayloadException;
import java.util.Map;

/** Passes readings on, and tells a client whose reading is none. */
public final class Thermometer extends Channel {
    record Reading(double celsius) {}

    @Override
    protected JoinResult join(String topic, Payload params) {
        return JoinResult.ok();
    }

    @Override
    protected Result handleIn(String event, Payload payload) {
        try {
            broadcast("reading", payload.as(Reading.class));
            return Result.ok();
        } catch (PayloadException e) {
            return Result.error(Map.of("reason", "bad payload"));
        }
    }
}
