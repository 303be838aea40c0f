package dev.myriad.pubsub;

import dev.myriad.protocol.JsonText;
import java.util.Locale;
import java.util.Optional;

/**
 * What became of a {@link Resume}: whether nothing was missed, and where the client is now.
 * Immutable.
 *
 * @param obstacle why it could not be resumed, if it could not
 */
public record Recovery(boolean recovered, Position position, Optional<Obstacle> obstacle) {
    /** Why a client does not get what it has missed. */
    public enum Obstacle {
        /** The wish cannot be understood. */
        MALFORMED,

        /** The topic's offsets have begun anew, as after a restart. */
        EPOCH,

        /** The topic never had that position. */
        UNKNOWN,

        /** Some of what it missed is forgotten. */
        FORGOTTEN,

        /** It missed more than can be sent at once. */
        TOO_MUCH,

        /** Its channel intercepts events, so that its messages do not follow the topic's order. */
        INTERCEPTS;

        /** As clients hear it, {@code too_much}. */
        public String reason() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The member of the join's response, {@code "resume":{…}}. */
    public byte[] member() {
        JsonText text =
                new JsonText(96)
                        .ascii("\"resume\":{\"recovered\":")
                        .ascii(Boolean.toString(recovered))
                        .ascii(",\"epoch\":")
                        .string(position.epoch())
                        .ascii(",\"offset\":")
                        .number(position.offset());
        obstacle.ifPresent(reason -> text.ascii(",\"reason\":").string(reason.reason()));
        return text.ascii("}").toByteArray();
    }
}
