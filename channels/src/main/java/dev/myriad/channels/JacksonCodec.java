package dev.myriad.channels;

import dev.myriad.protocol.JsonCodec;
import dev.myriad.protocol.PayloadException;
import java.lang.reflect.Type;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** JSON by Jackson 3: records, maps and what else its mapper knows. Thread-safe. */
public final class JacksonCodec implements JsonCodec {
    /** The codec of an endpoint that was given none: a mapper as Jackson makes it. */
    public static final JacksonCodec SHARED = new JacksonCodec(() -> Standard.MAPPER);

    private final Supplier<JsonMapper> mapper;

    private JacksonCodec(Supplier<JsonMapper> mapper) {
        this.mapper = mapper;
    }

    /** Built when first used, which a server that passes payloads on never does. */
    private static final class Standard {
        static final JsonMapper MAPPER = JsonMapper.builder().build();
    }

    /** The codec of a mapper with modules and settings of your own. */
    public static JacksonCodec of(JsonMapper mapper) {
        return new JacksonCodec(() -> mapper);
    }

    @Override
    public Object read(byte[] json, Type type) {
        JsonMapper own = mapper.get();
        try {
            return own.readValue(json, own.constructType(type));
        } catch (JacksonException e) {
            throw PayloadException.doesNotFit(
                    type.getTypeName(),
                    path(e.getPath()),
                    String.valueOf(e.getOriginalMessage()),
                    e);
        }
    }

    /** Where in the JSON text, such as {@code bids[2].amount}. */
    private static String path(List<JacksonException.Reference> references) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference reference : references) {
            String name = reference.getPropertyName();
            if (name == null) {
                path.append('[').append(reference.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(name);
            }
        }
        return path.toString();
    }

    @Override
    public byte[] write(Object value) {
        return mapper.get().writeValueAsBytes(value);
    }
}
