package dev.myriad.testkit;

import dev.myriad.channels.Channel;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.channels.SocketRef;
import dev.myriad.process.Call;
import dev.myriad.process.CallException;
import dev.myriad.process.Caller;
import dev.myriad.process.ExitReason;
import dev.myriad.process.Process;
import dev.myriad.process.Request;
import dev.myriad.protocol.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A channel that does what nobody should: its clients say what, in the join's payload and by their
 * events. Called by its process.
 */
final class NastyRoom extends Channel {
    /** What a join may ask for. */
    static final List<String> JOINS =
            List.of(
                    "ok",
                    "ok",
                    "ok",
                    "ok",
                    "slow",
                    "refuse",
                    "throw",
                    "error",
                    "null",
                    "stop",
                    "stop-refuse",
                    "unwritable",
                    "unwritable-refusal",
                    "early-push",
                    "killed",
                    "linked",
                    "joined-throws",
                    "joined-stops",
                    "intercepts",
                    "intercepts-throws",
                    "end-throws",
                    "end-error",
                    "end-pushes",
                    "end-slow");

    /** Events that are answered. */
    static final List<String> ANSWERED =
            List.of("reply", "reply", "slow-reply", "stop-reply", "deferred-now", "twice", "both");

    /** Events whose handler throws. */
    static final List<String> CRASHING =
            List.of("throw", "error", "null", "unwritable", "stop-throw");

    /** Events that are answered later, unless the channel has ended by then. */
    static final List<String> DEFERRED = List.of("later", "later-twice");

    /** Events that are not answered by the will of the handler. */
    static final List<String> SILENT = List.of("none", "dropped", "stop", "kill-self", "say");

    private record Wait() implements Request<String> {}

    private record Never() implements Request<String> {}

    /** Answers calls a little later, or never. */
    static final class Slow extends Process {
        private final List<Caller> waiting = new ArrayList<>();

        @Override
        protected void handle(Object message) {
            switch (message) {
                case Call(Wait _, Caller caller) -> {
                    waiting.add(caller);
                    sendAfter(Duration.ofMillis(10), "now");
                }
                case Call(Never _, Caller _) -> {}
                default -> waiting.removeFirst().reply("done");
            }
        }
    }

    /** Crashes when it is told to, and takes with it those that it has linked itself to. */
    static final class Linker extends Process {
        private final Process other;

        Linker(Process other) {
            this.other = other;
        }

        @Override
        protected void started() {
            link(other);
            throw new IllegalStateException("planted");
        }

        @Override
        protected void handle(Object message) {}
    }

    /** Answers a client's message later. */
    private static final class Later extends Process {
        private final SocketRef ref;
        private final int times;

        Later(SocketRef ref, int times) {
            this.ref = ref;
            this.times = times;
        }

        @Override
        protected void handle(Object message) {
            for (int i = 0; i < times; i++) {
                ref.reply("ok", Map.of("time", i));
            }
        }
    }

    record Params(String does) {}

    private final Process slow;
    private String does = "";

    NastyRoom(Process slow) {
        this.slow = slow;
    }

    /** Waits as user code waits for a database. */
    static void pause(Process slow) {
        String _ = slow.call(new Wait());
    }

    /** Waits for what does not come. */
    static void hang(Process slow) {
        try {
            String _ = slow.call(new Never(), Duration.ofSeconds(25));
        } catch (CallException late) {
            // as it was to be
        }
    }

    @Override
    protected JoinResult join(String topic, Payload params) {
        does = params.as(Params.class).does();
        switch (does) {
            case "slow" -> pause(slow);
            case "throw" -> throw new IllegalStateException("planted");
            case "error" -> throw new StackOverflowError("planted");
            case "stop", "stop-refuse" -> stop("in join");
            case "early-push" -> push("early", Map.of());
            case "killed" -> self().stop(new ExitReason.Shutdown("killed"));
            case "linked" -> Process.spawn(new Linker(self()));
            default -> {}
        }
        return switch (does) {
            case "refuse", "stop-refuse" -> JoinResult.error(Map.of("reason", "no"));
            case "unwritable" -> JoinResult.ok(unwritable());
            case "unwritable-refusal" -> JoinResult.error(unwritable());
            case "null" -> nothing();
            default -> JoinResult.ok();
        };
    }

    private static Object unwritable() {
        return List.of(new Object());
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // what must not be returned
    private static <T> T nothing() {
        return null;
    }

    @Override
    protected Set<String> intercepts() {
        return switch (does) {
            case "intercepts" -> Set.of("said");
            case "intercepts-throws" -> throw new IllegalStateException("planted");
            default -> Set.of();
        };
    }

    @Override
    protected void joined() {
        switch (does) {
            case "joined-throws" -> throw new IllegalStateException("planted");
            case "joined-stops" -> stop("in joined");
            default -> {}
        }
        subscribe("further:" + topic());
        push("hello", Map.of());
    }

    @Override
    protected Result handleIn(String event, Payload payload) {
        switch (event) {
            case "throw" -> throw new IllegalStateException("planted");
            case "error" -> throw new StackOverflowError("planted");
            case "slow-reply" -> pause(slow);
            case "stop", "stop-reply" -> stop("in handleIn");
            case "stop-throw" -> {
                stop("in handleIn");
                throw new IllegalStateException("planted");
            }
            case "kill-self" -> self().stop(ExitReason.NORMAL);
            case "say" -> broadcast("said", Map.of());
            case "twice" -> {
                socketRef().reply("ok", Map.of());
                socketRef().reply("ok", Map.of());
            }
            case "both", "deferred-now" -> socketRef().reply("ok", Map.of());
            case "later" -> new Later(socketRef(), 1).sendAfter(Duration.ofMillis(20), "now");
            case "later-twice" -> new Later(socketRef(), 2).send("now");
            case "dropped" -> {
                SocketRef _ = socketRef();
            }
            default -> {}
        }
        return switch (event) {
            case "reply", "slow-reply", "stop-reply", "both" -> Result.ok();
            case "unwritable" -> Result.ok(unwritable());
            case "null" -> nothing();
            default -> Result.noReply();
        };
    }

    @Override
    protected void handleOut(String event, Payload payload) {
        push(event, payload);
    }

    @Override
    protected void terminate(ExitReason reason) {
        switch (does) {
            case "end-throws" -> throw new IllegalStateException("planted");
            case "end-error" -> throw new StackOverflowError("planted");
            case "end-slow" -> pause(slow);
            case "end-pushes" -> {
                push("bye", Map.of());
                broadcast("said", Map.of());
            }
            default -> {}
        }
    }
}
