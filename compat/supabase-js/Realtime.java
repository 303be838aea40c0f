import com.fasterxml.jackson.annotation.JsonProperty;
import dev.myriad.channels.Channel;
import dev.myriad.channels.ConnectResult;
import dev.myriad.channels.Endpoint;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.channels.SocketRoutes;
import dev.myriad.net.Transports;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.HistoryRule;
import dev.myriad.pubsub.Kept;
import dev.myriad.pubsub.PresenceRule;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * What a user writes to serve supabase's realtime client: its broadcasts and their replay, its
 * presence, its access tokens and its API key. Called by one process at a time. Run as it is: {@code java -cp '.myriad/lib/*'
 * Realtime.java TRANSPORT PORT}.
 */
final class Realtime extends Channel {
    private static final String REVOKED = "revoked";

    /** As many as supabase replays. */
    private static final int REPLAY_MAX = 25;

    private static final int REPLAY_DEFAULT = 10;

    private Config config = Config.DEFAULT;
    private String presenceKey = "";
    private boolean tracked;

    /** The params of a join, as far as they matter here. */
    record Join(Config config, String access_token) {}

    record Config(
            Broadcast broadcast, PresenceKey presence, @JsonProperty("private") Boolean secret) {
        static final Config DEFAULT =
                new Config(new Broadcast(false, false, null), new PresenceKey(""), false);

        boolean replays() {
            return broadcast.replay() != null;
        }
    }

    /** Under what name a client is present; one that gives none gets one. */
    record PresenceKey(String key) {}

    /**
     * What a client wishes for its broadcasts; what it leaves out it does not wish.
     *
     * @param self whether the sender hears its own broadcasts
     * @param ack whether a broadcast is answered
     * @param replay which of those that were sent before it wants
     */
    record Broadcast(Boolean self, Boolean ack, Replay replay) {}

    /**
     * The newest broadcasts of a private channel.
     *
     * @param since milliseconds since 1970
     */
    record Replay(Long since, Integer limit) {}

    /** {@code track} with what is known of the client, or {@code untrack}. */
    record Presence(String event, Map<String, Object> payload) {}

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
        if (config.replays() && !Boolean.TRUE.equals(config.secret())) {
            String reason = "UnableToReplayMessages: only private channels are replayed";
            return JoinResult.error(Map.of("reason", reason));
        }
        String key = config.presence() == null ? "" : config.presence().key();
        presenceKey = key == null || key.isEmpty() ? UUID.randomUUID().toString() : key;
        return JoinResult.ok(Map.of("postgres_changes", List.of()));
    }

    /** What is broadcast while this runs may come between, and may be replayed too. */
    @Override
    protected void joined() {
        if (config.replays()) {
            Replay wish = config.broadcast().replay();
            Instant since = Instant.ofEpochMilli(wish.since() == null ? 0 : wish.since());
            int limit = wish.limit() == null ? REPLAY_DEFAULT : wish.limit();
            endpoint()
                    .historySince(topic(), since, Math.clamp(limit, 0, REPLAY_MAX))
                    .forEach(this::replay);
        }
    }

    private void replay(Kept kept) {
        if (kept.payload().isBinary()) {
            return; // there is no place in it to say that it is a replay
        }
        Map<String, Object> message = new LinkedHashMap<>();
        kept.payload().as(Map.class).forEach((key, value) -> message.put(key.toString(), value));
        String id = kept.position().epoch() + ":" + kept.position().offset();
        message.put("meta", Map.of("replayed", true, "id", id));
        push(kept.event(), message);
    }

    private Result present(Presence wish) {
        switch (wish.event().toLowerCase(Locale.ROOT)) {
            case "track" -> {
                Map<String, Object> meta = wish.payload() == null ? Map.of() : wish.payload();
                if (tracked) {
                    update(presenceKey, meta);
                } else {
                    track(presenceKey, meta);
                }
                tracked = true;
            }
            case "untrack" -> {
                untrack(presenceKey);
                tracked = false;
            }
            default -> {
                return Result.error(Map.of("reason", "unknown presence event"));
            }
        }
        return Result.ok();
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
            case "presence" -> present(payload.as(Presence.class));
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
                        .topics(
                                "realtime:*",
                                rule ->
                                        rule.history(HistoryRule.last(1_000))
                                                .presence(PresenceRule.full()))
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
