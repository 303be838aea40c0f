package dev.myriad.channels;

import dev.myriad.net.Connection;
import dev.myriad.protocol.CloseCode;
import dev.myriad.protocol.Serializer;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A connection with an id, listed under it from its opening to its end; one that expires may have
 * none. Confined to its connection's thread like its base; the links of the list are changed by
 * {@link SocketIds} alone.
 */
sealed class IdentifiedSocket extends SocketHandler permits ExpiringSocket {
    private final @Nullable String id;
    @Nullable IdentifiedSocket next;
    @Nullable IdentifiedSocket previous;

    IdentifiedSocket(
            Mount mount, Serializer serializer, Map<String, Object> assigns, Optional<String> id) {
        super(mount, serializer, assigns);
        this.id = id.orElse(null);
    }

    @Override
    public Optional<String> id() {
        return Optional.ofNullable(id);
    }

    @Override
    public void opened(Connection connection) {
        super.opened(connection);
        if (id != null) {
            mount.ids().add(id, this);
        }
    }

    @Override
    public void closed(int code) {
        if (id != null) {
            mount.ids().remove(id, this);
        }
        super.closed(code);
    }

    /** Closes it with a code after which clients connect again, and are asked who they are. */
    void disconnect() {
        connection().close(CloseCode.GOING_AWAY, "disconnected");
    }
}
