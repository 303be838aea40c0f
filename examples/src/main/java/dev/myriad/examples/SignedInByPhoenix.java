package dev.myriad.examples;

import dev.myriad.channels.ConnectInfo;
import dev.myriad.channels.ConnectResult;
import dev.myriad.channels.SocketRoutes;
import dev.myriad.tokens.Session;
import java.util.Map;

/** Clients who have signed in at a Phoenix application on the same host, and send its cookie. */
public final class SignedInByPhoenix {
    private SignedInByPhoenix() {}

    static void offer(SocketRoutes socket, String secretKeyBase) {
        socket.session("_chat_key", secretKeyBase, "yW3qkVzK")
                .connect((_, info) -> connect(info))
                .channel("user:*", SignedIn::new);
    }

    private static ConnectResult connect(ConnectInfo info) {
        return info.session()
                .flatMap((Session session) -> session.integer("user_id"))
                .<ConnectResult>map(id -> ConnectResult.ok(Map.of("user", id)).id("users:" + id))
                .orElseGet(() -> ConnectResult.refused("not signed in"));
    }

    /** Who is meant is in the path, {@code /users/42/websocket}; who may, the session says. */
    static ConnectResult own(Map<String, String> params, ConnectInfo info) {
        String wanted = params.getOrDefault("user_id", "");
        boolean own =
                info.session()
                        .flatMap(session -> session.integer("user_id"))
                        .filter(id -> wanted.equals(Long.toString(id)))
                        .isPresent();
        return own ? ConnectResult.ok(Map.of("user", wanted)) : ConnectResult.refused("another's");
    }

    /** Behind a proxy that terminates TLS. */
    static void offerOwn(SocketRoutes socket, String secretKeyBase) {
        socket.scheme("https")
                .checkOriginExactly()
                .session("_chat_key", secretKeyBase, "yW3qkVzK")
                .connect(SignedInByPhoenix::own)
                .channel("user:*", SignedIn::new);
    }
}
