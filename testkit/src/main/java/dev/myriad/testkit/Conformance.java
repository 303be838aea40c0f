package dev.myriad.testkit;

import static dev.myriad.testkit.WireStep.closed;
import static dev.myriad.testkit.WireStep.receive;
import static dev.myriad.testkit.WireStep.send;

import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The protocol's state machine as cases that any server can be asked to pass, Phoenix itself
 * included: format 2.0.0, text frames. The server must have a channel like {@link ConformanceRoom}
 * at {@code conformance:*}, and none at {@code elsewhere}. Frames are compared as JSON, so that
 * white space and the order of members do not matter. Stateless.
 */
public final class Conformance {
    private static final String ROOM = "conformance:room";
    private static final String UNMATCHED = "{\"reason\":\"unmatched topic\"}";

    private Conformance() {}

    /** The cases, each of which needs a connection of its own: {@link WireCase#run}. */
    public static List<WireCase> cases() {
        return List.of(
                WireCase.of(
                        "heartbeat",
                        send("[null,\"1\",\"phoenix\",\"heartbeat\",{}]"),
                        reply(null, "1", "phoenix", "ok", "{}")),
                WireCase.of(
                        "join ok",
                        join("1", ROOM, "{\"n\":1}"),
                        reply("1", "1", ROOM, "ok", "{\"n\":1}"),
                        event("1", "2", ROOM, "echo", "{\"n\":2}"),
                        reply("1", "2", ROOM, "ok", "{\"n\":2}")),
                WireCase.of(
                        "the join's reply comes before any broadcast of the topic",
                        join("1", "conformance:greeting", "{}"),
                        reply("1", "1", "conformance:greeting", "ok", "{}"),
                        broadcast("conformance:greeting", "greeted", "{}")),
                WireCase.of(
                        "join refused",
                        join("1", "conformance:refused", "{}"),
                        reply("1", "1", "conformance:refused", "error", "{\"reason\":\"no\"}"),
                        event("1", "2", "conformance:refused", "echo", "{}"),
                        reply(null, "2", "conformance:refused", "error", UNMATCHED)),
                WireCase.of(
                        "join crashed",
                        join("1", "conformance:crash", "{}"),
                        reply(
                                "1",
                                "1",
                                "conformance:crash",
                                "error",
                                "{\"reason\":\"join crashed\"}")),
                WireCase.of(
                        "join of an unmatched topic",
                        join("1", "elsewhere", "{}"),
                        reply(null, "1", "elsewhere", "error", UNMATCHED)),
                WireCase.of(
                        "event on a topic not joined",
                        event("1", "2", ROOM, "echo", "{}"),
                        reply(null, "2", ROOM, "error", UNMATCHED)),
                WireCase.of(
                        "leave not joined",
                        event("1", "2", ROOM, "phx_leave", "{}"),
                        reply("1", "2", ROOM, "ok", "{}")),
                WireCase.of(
                        "leave joined",
                        join("1", ROOM, "{}"),
                        reply("1", "1", ROOM, "ok", "{}"),
                        event("1", "2", ROOM, "phx_leave", "{}"),
                        reply("1", "2", ROOM, "ok", "{}"),
                        close("1"),
                        join("3", ROOM, "{}"),
                        reply("3", "3", ROOM, "ok", "{}")),
                WireCase.of(
                        "duplicate join: the new one's reply, then the old one's end",
                        join("1", ROOM, "{}"),
                        reply("1", "1", ROOM, "ok", "{}"),
                        join("2", ROOM, "{\"n\":2}"),
                        reply("2", "2", ROOM, "ok", "{\"n\":2}"),
                        close("1"),
                        event("2", "3", ROOM, "broadcast", "{\"n\":3}"),
                        broadcast(ROOM, "said", "{\"n\":3}")),
                WireCase.of(
                        "an event with a stale join_ref, and no ref, is dropped",
                        join("2", ROOM, "{}"),
                        reply("2", "2", ROOM, "ok", "{}"),
                        event("1", null, ROOM, "echo", "{}"),
                        event("2", "4", ROOM, "echo", "{}"),
                        reply("2", "4", ROOM, "ok", "{}")),
                WireCase.of(
                        "a leave with a stale join_ref, and no ref, is dropped",
                        join("2", ROOM, "{}"),
                        reply("2", "2", ROOM, "ok", "{}"),
                        event("1", null, ROOM, "phx_leave", "{}"),
                        event("2", "4", ROOM, "echo", "{}"),
                        reply("2", "4", ROOM, "ok", "{}")),
                WireCase.of(
                        "an event without a join_ref is accepted",
                        join("1", ROOM, "{}"),
                        reply("1", "1", ROOM, "ok", "{}"),
                        event(null, "2", ROOM, "echo", "{\"n\":1}"),
                        reply("1", "2", ROOM, "ok", "{\"n\":1}")),
                WireCase.of(
                        "a leave without a join_ref is accepted",
                        join("1", ROOM, "{}"),
                        reply("1", "1", ROOM, "ok", "{}"),
                        event(null, "2", ROOM, "phx_leave", "{}"),
                        reply("1", "2", ROOM, "ok", "{}"),
                        close("1")),
                WireCase.of(
                        "channel crash",
                        join("1", ROOM, "{}"),
                        reply("1", "1", ROOM, "ok", "{}"),
                        event("1", "2", ROOM, "crash", "{}"),
                        receive( // until 1.8 the payload was empty
                                frame(
                                        "1",
                                        "1",
                                        ROOM,
                                        "phx_error",
                                        "{\"reason\":\"channel_crash\"}"),
                                frame("1", "1", ROOM, "phx_error", "{}")),
                        event("1", "3", ROOM, "echo", "{}"),
                        reply(null, "3", ROOM, "error", UNMATCHED),
                        join("4", ROOM, "{}"),
                        reply("4", "4", ROOM, "ok", "{}")),
                WireCase.of(
                        "graceful stop",
                        join("1", ROOM, "{}"),
                        reply("1", "1", ROOM, "ok", "{}"),
                        event("1", "2", ROOM, "stop", "{}"),
                        close("1")),
                WireCase.of(
                        "graceful stop with a reply",
                        join("1", ROOM, "{}"),
                        reply("1", "1", ROOM, "ok", "{}"),
                        event("1", "2", ROOM, "stop_reply", "{\"n\":1}"),
                        reply("1", "2", ROOM, "ok", "{\"n\":1}"),
                        close("1")),
                WireCase.of(
                        "replies of every kind",
                        join("1", ROOM, "{}"),
                        reply("1", "1", ROOM, "ok", "{}"),
                        event("1", "2", ROOM, "silent", "{}"),
                        event("1", "3", ROOM, "refuse", "{\"n\":1}"),
                        reply("1", "3", ROOM, "error", "{\"n\":1}")),
                WireCase.of(
                        "pushes and broadcasts",
                        join("1", ROOM, "{}"),
                        reply("1", "1", ROOM, "ok", "{}"),
                        event("1", "2", ROOM, "push", "{\"n\":1}"),
                        receive(frame("1", null, ROOM, "pushed", "{\"n\":1}")),
                        event("1", "3", ROOM, "broadcast", "{\"n\":2}"),
                        broadcast(ROOM, "said", "{\"n\":2}"),
                        event("1", "4", ROOM, "broadcast_from", "{\"n\":3}"),
                        event("1", "5", ROOM, "broadcast", "{\"n\":4}"),
                        broadcast(ROOM, "said", "{\"n\":4}")),
                WireCase.of(
                        "a broadcast, a push and a reply keep their order",
                        join("1", ROOM, "{}"),
                        reply("1", "1", ROOM, "ok", "{}"),
                        event("1", "2", ROOM, "broadcast_push_reply", "{\"n\":1}"),
                        event("1", "3", ROOM, "broadcast_push_reply", "{\"n\":2}"),
                        broadcast(ROOM, "said", "{\"n\":1}"),
                        receive(frame("1", null, ROOM, "pushed", "{\"n\":1}")),
                        reply("1", "2", ROOM, "ok", "{\"n\":1}"),
                        broadcast(ROOM, "said", "{\"n\":2}"),
                        receive(frame("1", null, ROOM, "pushed", "{\"n\":2}")),
                        reply("1", "3", ROOM, "ok", "{\"n\":2}")),
                WireCase.of(
                        "further elements are ignored",
                        send("[null,\"1\",\"phoenix\",\"heartbeat\",{},1]"),
                        reply(null, "1", "phoenix", "ok", "{}")),
                WireCase.of(
                        "an undecodable frame ends the connection",
                        send("{\"topic\""),
                        closed(1011, 1006))); // 1006: a server that drops the connection
    }

    /**
     * Runs all cases against the server at a url, such as {@code
     * ws://localhost:4000/socket/websocket}; exits with 1 if one failed, with 2 if the url is
     * missing.
     */
    static void main(String[] args) {
        if (args.length != 1) {
            System.err.println("usage: ./myriad conformance ws://HOST:PORT/PATH/websocket[?QUERY]");
            System.exit(2);
        }
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.exit(run(URI.create(args[0]), out) == 0 ? 0 : 1);
    }

    /** Runs all cases and prints a line for each; returns how many failed. */
    public static int run(URI url, PrintStream out) {
        int failed = 0;
        for (WireCase example : cases()) {
            try {
                example.run(url);
                out.println("ok      " + example.name());
            } catch (AssertionError e) {
                failed++;
                out.println("FAILED  " + e.getMessage());
            }
        }
        out.println(failed + " of " + cases().size() + " cases failed");
        return failed;
    }

    /** The url with the format's version, unless it names one. */
    static URI url(URI url) {
        String query = url.getRawQuery();
        if (query != null && query.contains("vsn=")) {
            return url;
        }
        return URI.create(url + (query == null ? "?" : "&") + "vsn=2.0.0");
    }

    // ---- frames

    private static WireStep join(String ref, String topic, String params) {
        return send(frame(ref, ref, topic, "phx_join", params));
    }

    private static WireStep event(
            @Nullable String joinRef,
            @Nullable String ref,
            String topic,
            String event,
            String payload) {
        return send(frame(joinRef, ref, topic, event, payload));
    }

    private static WireStep reply(
            @Nullable String joinRef, String ref, String topic, String status, String response) {
        String payload = "{\"status\":\"%s\",\"response\":%s}".formatted(status, response);
        return receive(frame(joinRef, ref, topic, "phx_reply", payload));
    }

    private static WireStep broadcast(String topic, String event, String payload) {
        return receive(frame(null, null, topic, event, payload));
    }

    private static WireStep close(String joinRef) {
        return receive(frame(joinRef, joinRef, ROOM, "phx_close", "{}"));
    }

    private static String frame(
            @Nullable String joinRef,
            @Nullable String ref,
            String topic,
            String event,
            String payload) {
        return "[%s,%s,\"%s\",\"%s\",%s]"
                .formatted(quoted(joinRef), quoted(ref), topic, event, payload);
    }

    private static String quoted(@Nullable String ref) {
        return ref == null ? "null" : "\"" + ref + "\"";
    }
}
