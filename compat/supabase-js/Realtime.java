import dev.myriad.channels.Channel;
import dev.myriad.channels.ConnectResult;
import dev.myriad.channels.Endpoint;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.channels.SocketRoutes;
import dev.myriad.net.Transports;
import dev.myriad.protocol.Payload;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a user writes to serve supabase's realtime client: its broadcasts, its access tokens and its
 * API key. Called by one process at a time. Run as it is: {@code java -cp '.myriad/lib/*'
 * Realtime.java TRANSPORT PORT}.
 */
final class Realtime extends Channel {
    private static final String REVOKED = "revoked";

    private Config config = Config.DEFAULT;

    /** The params of a join, as far as they matter here. */
    record Join(Config config, String access_token) {}

    record Config(Broadcast broadcast) {
        static final Config DEFAULT = new Config(new Broadcast(false, false));
    }

    /**
     * What a client wishes for its broadcasts; what it leaves out it does not wish.
     *
     * @param self whether the sender hears its own broadcasts
     * @param ack whether a broadcast is answered
     */
    record Broadcast(Boolean self, Boolean ack) {}

    record AccessToken(String access_token) {}

    @Override
    protected JoinResult join(String topic, Payload params) {
        Join join = params.as(Join.class);
        if (REVOKED.equals(join.access_token())) {
            return JoinResult.error(Map.of("reason", "InvalidJWTToken: " + REVOKED));
        }
        if (join.config() != null && join.config().broadcast() != null) {
            config = join.config();
        }
        return JoinResult.ok(Map.of("postgres_changes", List.of()));
    }

    @Override
    protected Result handleIn(String event, Payload payload) {
        return switch (event) {
            case "broadcast" -> {
                if (Boolean.TRUE.equals(config.broadcast().self())) {
                    broadcast(event, payload);
                } else {
                    broadcastFrom(event, payload);
                }
                boolean ack = Boolean.TRUE.equals(config.broadcast().ack());
                yield ack ? Result.ok() : Result.noReply();
            }
            case "access_token" -> {
                if (REVOKED.equals(payload.as(AccessToken.class).access_token())) {
                    push("system", Map.of("status", "error", "message", "Token was " + REVOKED));
                    stop(REVOKED);
                }
                yield Result.noReply();
            }
            default -> Result.error(Map.of("reason", event + " is not served"));
        };
    }

    /**
     * A channel on a socket that takes new tokens itself: its access tokens never reach it. A token
     * of this test says for how many milliseconds it is good.
     */
    private static void renewing(SocketRoutes socket) {
        socket.connect((params, _) -> lasting(params.get("apikey")))
                .renew((token, _) -> lasting(token))
                .channel("realtime:*", Realtime::new);
    }

    private static ConnectResult lasting(String token) {
        return REVOKED.equals(token)
                ? ConnectResult.refused(REVOKED)
                : ConnectResult.ok().expiresAt(Instant.now().plusMillis(Long.parseLong(token)));
    }

    static void main(String[] arguments) throws InterruptedException {
        Transports.Kind kind = Transports.Kind.valueOf(arguments[0].toUpperCase(Locale.ROOT));
        Endpoint endpoint =
                Endpoint.builder()
                        .port(Integer.parseInt(arguments[1]))
                        .transport(kind)
                        .socket(
                                "/realtime/v1",
                                socket ->
                                        socket.connect(
                                                        (params, _) ->
                                                                "anon".equals(params.get("apikey"))
                                                                        ? ConnectResult.ok()
                                                                        : ConnectResult.refused(
                                                                                "no such apikey"))
                                                .channel("realtime:*", Realtime::new))
                        .socket("/renewing/v1", Realtime::renewing)
                        .start();
        Runtime.getRuntime().addShutdownHook(new Thread(endpoint::close));
        IO.println("Realtime listens on " + endpoint.address());
        Thread.currentThread().join();
    }
}
