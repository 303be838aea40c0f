package dev.myriad.channels;

import dev.myriad.protocol.JsonCodec;
import dev.myriad.protocol.Payload;
import tools.jackson.databind.json.JsonMapper;

/** JSON by Jackson 3: records, maps and what else it knows. Thread-safe. */
public final class JacksonCodec implements JsonCodec {
    /** The one that channels use. */
    public static final JacksonCodec SHARED = new JacksonCodec();

    private JacksonCodec() {}

    /** Built when first used, which a server that passes payloads on never does. */
    private static final class Mapper {
        static final JsonMapper ONLY = JsonMapper.builder().build();
    }

    @Override
    public <T> T read(byte[] json, Class<T> type) {
        return Mapper.ONLY.readValue(json, type);
    }

    @Override
    public byte[] write(Object value) {
        return Mapper.ONLY.writeValueAsBytes(value);
    }

    /**
     * The payload that an object stands for; a payload stands for itself.
     *
     * @throws ChannelException {@code NOT_AN_OBJECT}
     */
    Payload payload(Object value) {
        if (value instanceof Payload payload) {
            return payload;
        }
        byte[] json = write(value);
        if (json.length == 0 || json[0] != '{') {
            throw new ChannelException(
                    ChannelException.Code.NOT_AN_OBJECT,
                    "a payload must be a JSON object, which "
                            + value.getClass().getName()
                            + " does not become");
        }
        return Payload.json(json, this);
    }
}
