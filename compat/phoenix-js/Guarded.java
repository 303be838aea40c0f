import dev.myriad.channels.Channel;
import dev.myriad.channels.ConnectInfo;
import dev.myriad.channels.ConnectResult;
import dev.myriad.channels.Endpoint;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.channels.SocketRoutes;
import dev.myriad.net.Transports;
import dev.myriad.protocol.Payload;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/**
 * What a user writes to let in only whom a token names, for as long as it says: here a token is
 * {@code USER MILLIS}. Called by one process at a time. Run as it is: {@code java -cp
 * '.myriad/lib/*' Guarded.java TRANSPORT PORT}.
 */
final class Guarded extends Channel {
    @Override
    protected JoinResult join(String topic, Payload params) {
        return JoinResult.ok(Map.of("user", assigns().get("user")));
    }

    @Override
    protected Result handleIn(String event, Payload payload) {
        return Result.error(Map.of("reason", event + " is not served"));
    }

    private static ConnectResult connect(Map<String, String> params, ConnectInfo info) {
        String token = info.authToken().orElse(params.getOrDefault("token", ""));
        return token.startsWith(params.get("user_id") + " ") ? check(token) : refused();
    }

    private static ConnectResult check(String token) {
        String[] words = token.split(" ");
        if (words.length != 2) {
            return refused();
        }
        return ConnectResult.ok(Map.of("user", words[0]))
                .id("users:" + words[0])
                .expiresAt(Instant.now().plusMillis(Long.parseLong(words[1])));
    }

    private static ConnectResult refused() {
        return ConnectResult.refused("not a token of this user");
    }

    private static void offer(SocketRoutes socket) {
        socket.checkOriginExactly()
                .connect(Guarded::connect)
                .renew((token, _) -> check(token))
                .channel("room:*", Guarded::new);
    }

    static void main(String[] arguments) throws InterruptedException {
        Transports.Kind kind = Transports.Kind.valueOf(arguments[0].toUpperCase(Locale.ROOT));
        Endpoint endpoint =
                Endpoint.builder()
                        .port(Integer.parseInt(arguments[1]))
                        .transport(kind)
                        .socket("/users/:user_id", Guarded::offer)
                        .start();
        Runtime.getRuntime().addShutdownHook(new Thread(endpoint::close));
        IO.println("Guarded listens on " + endpoint.address());
        Thread.currentThread().join();
    }
}
