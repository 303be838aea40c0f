package dev.myriad.examples;

import dev.myriad.channels.Channel;
import dev.myriad.channels.Endpoint;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.PresenceRule;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** One who is in a meeting, {@code meeting:42}: the others see who is here and who types. */
public final class MeetingRoom extends Channel {
    record Typing(boolean typing) {}

    private final String user;

    MeetingRoom(String user) {
        this.user = user;
    }

    @Override
    protected JoinResult join(String topic, Payload params) {
        return JoinResult.ok();
    }

    @Override
    protected void joined() {
        track(user, Map.of("typing", false));
    }

    @Override
    protected Result handleIn(String event, Payload payload) {
        if (event.equals("typing")) {
            update(user, payload.as(Typing.class));
        }
        return Result.ok();
    }

    /** An endpoint with meetings. */
    static Endpoint.Builder endpoint(Function<String, String> nameOf) {
        return Endpoint.builder()
                .topics(
                        "meeting:*",
                        rule ->
                                rule.presence(
                                        PresenceRule.full()
                                                .fetch((topic, users) -> names(users, nameOf))))
                .topics("stadium:*", rule -> rule.presence(PresenceRule.sampled(20)))
                .socket("/socket", socket -> socket.channel("*", () -> new MeetingRoom("user-1")));
    }

    private static Map<String, Object> names(Set<String> users, Function<String, String> nameOf) {
        Map<String, Object> found = new HashMap<>();
        users.forEach(user -> found.put(user, Map.of("name", nameOf.apply(user))));
        return found;
    }
}
