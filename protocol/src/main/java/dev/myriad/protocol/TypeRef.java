package dev.myriad.protocol;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;

/**
 * A generic type as a value, made by a subclass without a body: {@code new TypeRef<List<Bid>>()
 * {}}. Immutable, so thread-safe; keep one in a constant if you need it often.
 */
public abstract class TypeRef<T> {
    private final Type type;

    protected TypeRef() {
        if (!(getClass().getGenericSuperclass() instanceof ParameterizedType self)
                || self.getRawType() != TypeRef.class) {
            throw new IllegalStateException("write new TypeRef<List<Bid>>() {}, with its type");
        }
        type = self.getActualTypeArguments()[0];
    }

    public final Type type() {
        return type;
    }

    @Override
    public final String toString() {
        return type.getTypeName();
    }
}
