import dev.myriad.channels.Channel;
import dev.myriad.channels.Endpoint;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.net.Transports;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.HistoryRule;
import dev.myriad.pubsub.PresenceRule;
import dev.myriad.pubsub.StateRule;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a user writes whose topics remember: messages, who is here, values by key. Called by one
 * process at a time. Run as it is: {@code java -cp '.myriad/lib/*' Remembering.java TRANSPORT
 * PORT}.
 */
final class Remembering extends Channel {
    /** Who is meant, and what is known of them; under one key one may be with many metas. */
    record Who(String name, String mood) {}

    record Fill(int keys) {}

    @Override
    protected JoinResult join(String topic, Payload params) {
        return JoinResult.ok();
    }

    @Override
    protected Result handleIn(String event, Payload payload) {
        switch (event) {
            case "say" -> broadcast("said", payload);
            case "whisper" -> broadcastFrom("said", payload);
            case "here" -> track(payload.as(Who.class).name(), payload);
            case "now" -> update(payload.as(Who.class).name(), payload);
            case "away" -> untrack(payload.as(Who.class).name());
            case "list" -> {
                return Result.ok(listed());
            }
            case "fill" -> fill(payload.as(Fill.class).keys());
            case "odd" -> odd();
            case "crash" -> throw new IllegalStateException("on purpose");
            default -> {
                return Result.error(Map.of("reason", event + " is not served"));
            }
        }
        return Result.ok();
    }

    /** Who is here, as the server knows it: the metas by key. */
    private Map<String, Object> listed() {
        Map<String, Object> all = new HashMap<>();
        presences()
                .forEach(
                        (key, metas) ->
                                all.put(key, metas.stream().map(one -> one.as(Map.class)).toList()));
        return all;
    }

    private void fill(int keys) {
        Map<String, Object> values = new HashMap<>();
        for (int i = 0; i < keys; i++) {
            values.put("key " + i, Map.of("price", i / 4.0, "note", "n".repeat(i % 60)));
        }
        state().putAll(values);
    }

    /** Values that Java writes in another way than JavaScript does. */
    private void odd() {
        state().putAll(
                        Map.of(
                                "", 101.0,
                                "large", 1e21,
                                "1", List.of(0.00001, -0.0, Long.MAX_VALUE),
                                "text", "\u0001\u001f\u007f/\"\\\u2028 } ],: {[",
                                "\uD83D\uDC4B \"q\" \uFFEE", Map.of("2", "", "1", Map.of()),
                                "spaced", Payload.json("{ \"a\" : [ 1 , { } ] }".getBytes()),
                                "bytes", Payload.binary(new byte[] {0, 1, 2}),
                                "nothing", Payload.json("null".getBytes())));
    }

    static void main(String[] arguments) throws InterruptedException {
        Transports.Kind kind = Transports.Kind.valueOf(arguments[0].toUpperCase(Locale.ROOT));
        Endpoint endpoint =
                Endpoint.builder()
                        .port(Integer.parseInt(arguments[1]))
                        .transport(kind)
                        .topics("room:*", rule -> rule.history(HistoryRule.last(10_000)))
                        .topics("short:*", rule -> rule.history(HistoryRule.last(5)))
                        .topics(
                                "here:*",
                                rule ->
                                        rule.presence(
                                                PresenceRule.full().every(Duration.ofMillis(10))))
                        .topics("price:*", rule -> rule.state(StateRule.keyed().writtenByClients()))
                        .socket("/socket", socket -> socket.channel("*", Remembering::new))
                        .start();
        Runtime.getRuntime().addShutdownHook(new Thread(endpoint::close));
        IO.println("Remembering listens on " + endpoint.address());
        Thread.currentThread().join();
    }
}
