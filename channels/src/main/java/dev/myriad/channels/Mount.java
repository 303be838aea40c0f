package dev.myriad.channels;

import dev.myriad.net.Limits;
import dev.myriad.protocol.JsonCodec;
import dev.myriad.protocol.Payload;
import dev.myriad.protocol.Serializer;
import dev.myriad.pubsub.PubSub;
import java.util.List;
import java.util.Optional;

/** What all connections of one socket path share. Immutable. */
record Mount(
        List<ChannelRoute> channels,
        Optional<Connect> connect,
        OriginCheck originCheck,
        List<Serializer> serializers,
        PubSub pubSub,
        Counters counters,
        SocketIds ids,
        Limits limits,
        JsonCodec json,
        Admission admission,
        Expiry expiry,
        Front front) {
    /** Whether letting a client in runs the user's code, which may block. */
    boolean asksToConnect() {
        return connect.isPresent() || originCheck instanceof OriginCheck.Asked;
    }

    /** The payload that an object stands for. */
    Payload payload(Object value) {
        return Payload.of(value, json);
    }

    Optional<ChannelRoute> route(String topic) {
        for (ChannelRoute route : channels) {
            if (route.matches(topic)) {
                return Optional.of(route);
            }
        }
        return Optional.empty();
    }
}
