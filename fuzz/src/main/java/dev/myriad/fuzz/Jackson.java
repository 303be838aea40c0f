package dev.myriad.fuzz;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A second opinion on JSON: strict, and without limits, since its own are others. Thread-safe. */
final class Jackson {
    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNumberLength(Integer.MAX_VALUE)
                                    .maxNestingDepth(Integer.MAX_VALUE)
                                    .maxNameLength(Integer.MAX_VALUE)
                                    .build())
                    // made-up names seldom come again
                    .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                    .build();
    static final JsonMapper MAPPER = new JsonMapper(FACTORY);

    private Jackson() {}

    /** Whether the text is one JSON value. */
    static boolean accepts(String text) {
        int depth = 0;
        int values = 0;
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token.isStructStart()) {
                    depth++;
                } else if (token.isStructEnd()) {
                    depth--;
                }
                if (token == JsonToken.VALUE_STRING && parser.getString() == null) {
                    return false; // it reads strings when asked
                }
                values += depth == 0 ? 1 : 0;
            }
            return values == 1;
        } catch (JacksonException _) {
            return false;
        }
    }

    /** The value, null if it is none. */
    static @Nullable JsonNode read(String text) {
        try {
            JsonNode node = MAPPER.readTree(text);
            return node.isMissingNode() ? null : node;
        } catch (JacksonException _) {
            return null;
        }
    }
}
