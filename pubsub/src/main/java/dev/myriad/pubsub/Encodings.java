package dev.myriad.pubsub;

import dev.myriad.protocol.Payload;
import dev.myriad.protocol.Serializer;
import java.util.ArrayList;
import java.util.List;

/**
 * A message with the frames that were made of it, one for each serializer. Guarded by its topic.
 */
final class Encodings {
    private static final class Encoded {
        final Serializer by;
        final byte[] frames;

        Encoded(Serializer by, byte[] frames) {
            this.by = by;
            this.frames = frames;
        }
    }

    private final Payload payload;
    private final List<Encoded> all = new ArrayList<>(1);

    Encodings(Payload payload) {
        this.payload = payload;
    }

    Payload payload() {
        return payload;
    }

    byte[] frames(Serializer serializer, String topic, String event) {
        for (Encoded encoded : all) {
            if (encoded.by == serializer) {
                return encoded.frames;
            }
        }
        byte[] frames = serializer.broadcast(topic, event, payload);
        all.add(new Encoded(serializer, frames));
        return frames;
    }
}
