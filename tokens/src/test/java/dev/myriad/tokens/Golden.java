package dev.myriad.tokens;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** One block of a file in {@code golden/}; its kind is the name of its first field. Immutable. */
record Golden(String kind, Map<String, String> fields) {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.USE_LONG_FOR_INTS).build();

    static Stream<Golden> read(String file) {
        try (InputStream in =
                Objects.requireNonNull(Golden.class.getResourceAsStream("/golden/" + file))) {
            String text = new String(in.readAllBytes(), UTF_8).replaceAll("(?m)^#.*\n", "");
            return Arrays.stream(text.strip().split("\n\n+", -1)).map(Golden::of);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Golden of(String block) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line : block.strip().split("\n", -1)) {
            String[] field = line.split(": ", 2);
            fields.put(field[0], field[1]);
        }
        return new Golden(fields.keySet().iterator().next(), fields);
    }

    String field(String name) {
        return find(name).orElseThrow();
    }

    Optional<String> find(String name) {
        return Optional.ofNullable(fields.get(name));
    }

    /** A field in JSON; its integers are longs. */
    Object json(String name) {
        return JSON.readValue(field(name), Object.class);
    }

    @Override
    public String toString() {
        return kind + ": " + fields.get(kind);
    }
}
