package dev.myriad.channels;

import dev.myriad.net.Connection;
import dev.myriad.protocol.CloseCode;
import dev.myriad.protocol.Serializer;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A connection with an id, listed under it from its opening to its end. Confined to its shard's
 * thread like its base; the links of the list are changed by {@link SocketIds} alone.
 */
final class IdentifiedSocket extends SocketHandler {
    final String id;
    @Nullable IdentifiedSocket next;
    @Nullable IdentifiedSocket previous;

    IdentifiedSocket(Mount mount, Serializer serializer, Map<String, Object> assigns, String id) {
        super(mount, serializer, assigns);
        this.id = id;
    }

    @Override
    public Optional<String> id() {
        return Optional.of(id);
    }

    @Override
    public void opened(Connection connection) {
        super.opened(connection);
        mount.ids().add(this);
    }

    @Override
    public void closed(int code) {
        mount.ids().remove(this);
        super.closed(code);
    }

    /** Closes it with a code after which clients connect again, and are asked who they are. */
    void disconnect() {
        connection().close(CloseCode.GOING_AWAY, "disconnected");
    }
}
