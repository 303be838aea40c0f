package dev.myriad.testkit;

import dev.myriad.channels.JacksonCodec;
import dev.myriad.protocol.Payload;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON as the kit compares it: as trees, so that order and white space do not matter. Stateless.
 */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    static JsonNode tree(byte[] json) {
        return MAPPER.readTree(json);
    }

    static JsonNode tree(String json) {
        return MAPPER.readTree(json);
    }

    static String quoted(String text) {
        return MAPPER.writeValueAsString(text);
    }

    static byte[] bytes(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    /** The payload that an object stands for; a payload stands for itself. */
    static Payload payload(Object value) {
        if (value instanceof Payload payload) {
            return payload;
        }
        byte[] json = JacksonCodec.SHARED.write(value);
        if (!tree(json).isObject()) {
            throw new IllegalArgumentException(
                    "a payload is a JSON object, which this is not: " + text(json));
        }
        return Payload.json(json, JacksonCodec.SHARED);
    }

    static boolean same(Payload a, Payload b) {
        if (a.isBinary() || b.isBinary()) {
            return a.isBinary() == b.isBinary()
                    && a.userEvent().equals(b.userEvent())
                    && Arrays.equals(a.bytes(), b.bytes());
        }
        return tree(a.bytes()).equals(tree(b.bytes()));
    }

    static String text(Payload payload) {
        return payload.isBinary()
                ? "binary "
                        + payload.userEvent().map(event -> event + " ").orElse("")
                        + HexFormat.of().formatHex(payload.bytes())
                : text(payload.bytes());
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }
}
