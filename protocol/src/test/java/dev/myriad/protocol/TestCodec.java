package dev.myriad.protocol;

import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;

/** Reads JSON as the text it is, and writes the text of an object. Thread-safe. */
final class TestCodec implements JsonCodec {
    static final TestCodec CODEC = new TestCodec();

    @Override
    public Object read(byte[] json, Type type) {
        return new String(json, StandardCharsets.UTF_8);
    }

    @Override
    public byte[] write(Object value) {
        return value.toString().getBytes(StandardCharsets.UTF_8);
    }
}
