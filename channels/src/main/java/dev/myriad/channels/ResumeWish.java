package dev.myriad.channels;

import dev.myriad.protocol.Payload;
import dev.myriad.protocol.PayloadException;
import dev.myriad.pubsub.Position;
import dev.myriad.pubsub.Resume;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads from a join's params what the client wants of a topic's history: {@code "resume"}. */
final class ResumeWish {
    private static final String RESUME = "resume";
    private static final byte[] WORD = RESUME.getBytes(StandardCharsets.US_ASCII);

    private ResumeWish() {}

    static Resume of(Payload params) {
        if (params.isBinary() || !params.isObject() || !mentions(params.bytes())) {
            return Resume.NOTHING;
        }
        Object wish;
        try {
            Object all = JacksonCodec.SHARED.read(params.bytes(), Map.class);
            wish = all instanceof Map<?, ?> map ? map.get(RESUME) : null;
        } catch (PayloadException deep) { // what one decoder cannot read
            return Resume.NOTHING;
        }
        return switch (wish) {
            case null -> Resume.NOTHING;
            case Boolean asked -> asked ? Resume.POSITIONS : Resume.NOTHING;
            case String word when word.equals("latest") -> new Resume.Last(1);
            case Map<?, ?> map when map.get("last") instanceof Integer count && count >= 0 ->
                    new Resume.Last(count);
            case Map<?, ?> map when map.get("epoch") instanceof String epoch ->
                    offset(map.get("offset"))
                            .<Resume>map(
                                    offset ->
                                            new Resume.After(
                                                    Optional.of(new Position(epoch, offset))))
                            .orElse(Resume.MALFORMED);
            default -> Resume.MALFORMED;
        };
    }

    /** Whether the word is there at all: most clients do not ask, and need no tree for that. */
    private static boolean mentions(byte[] json) {
        for (int at = 0; at <= json.length - WORD.length; at++) {
            if (Arrays.equals(json, at, at + WORD.length, WORD, 0, WORD.length)) {
                return true;
            }
        }
        return false;
    }

    /** A whole number that fits. */
    private static Optional<Long> offset(@Nullable Object value) {
        return value instanceof Integer || value instanceof Long
                ? Optional.of(((Number) value).longValue())
                : Optional.empty();
    }
}
