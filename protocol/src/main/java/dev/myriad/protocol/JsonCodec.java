package dev.myriad.protocol;

/** How payloads become objects and objects become payloads. Implementations are thread-safe. */
public interface JsonCodec {
    /**
     * The object that the UTF-8 JSON text stands for; fails with an unchecked exception of its own
     * if it does not fit the type.
     */
    <T> T read(byte[] json, Class<T> type);

    /**
     * The UTF-8 JSON text of an object; what is pushed or broadcast has to become a JSON object.
     */
    byte[] write(Object value);
}
