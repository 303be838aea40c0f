package dev.myriad.protocol;

import java.lang.reflect.Type;

/** How payloads become objects and objects become payloads. Implementations are thread-safe. */
public interface JsonCodec {
    /**
     * The object that the UTF-8 JSON text stands for: an instance of the type, which may be generic
     * as that of a {@link TypeRef} is.
     *
     * @throws PayloadException {@code DOES_NOT_FIT}; another exception counts as the same
     */
    Object read(byte[] json, Type type);

    /**
     * The UTF-8 JSON text of an object; what is pushed or broadcast has to become a JSON object.
     *
     * @throws PayloadException {@code NOT_WRITABLE}; another exception counts as the same
     */
    byte[] write(Object value);
}
