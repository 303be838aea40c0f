package dev.myriad.channels;

import dev.myriad.process.ExitReason;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.Broadcast;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A channel that does what a test's topic and events say. */
final class Lab extends Channel {
    /** What the channels of a test have in common. */
    static final class Bench {
        final Semaphore gate = new Semaphore(0);
        final Semaphore arrived = new Semaphore(0);
        final BlockingQueue<SocketRef> refs = new LinkedBlockingQueue<>();
        final BlockingQueue<Lab> channels = new LinkedBlockingQueue<>();
        final BlockingQueue<String> ends = new LinkedBlockingQueue<>();

        void waitAtGate() throws InterruptedException {
            arrived.release();
            if (!gate.tryAcquire(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the gate stayed closed");
            }
        }
    }

    record Sum(int a, int b) {}

    private final Bench bench;
    private int count;

    Lab(Bench bench) {
        this.bench = bench;
        bench.channels.add(this);
    }

    @Override
    protected JoinResult join(String topic, Payload params) throws Exception {
        String rest = topic.substring(topic.indexOf(':') + 1);
        if (rest.startsWith("slow")) {
            bench.waitAtGate();
        }
        return switch (rest) {
            case "greeting" -> JoinResult.ok(Map.of("hello", topic));
            case "refused", "slow-refused" -> JoinResult.error(Map.of("reason", "no"));
            case "crash" -> throw new IllegalStateException("planted");
            case "no-object" -> JoinResult.ok("text");
            case "ref" -> {
                boolean _ = bench.refs.add(socketRef());
                yield JoinResult.ok();
            }
            case "after-join" -> {
                self().send("after join");
                yield JoinResult.ok();
            }
            case "too-early" -> {
                push("early", Map.of());
                yield JoinResult.ok();
            }
            default -> JoinResult.ok(params);
        };
    }

    @Override
    protected Result handleIn(String event, Payload payload) throws Exception {
        return switch (event) {
            case "echo" -> Result.ok(payload);
            case "count" -> Result.ok(Map.of("count", ++count));
            case "sum" -> {
                Sum sum = payload.as(Sum.class);
                yield Result.ok(Map.of("sum", sum.a() + sum.b()));
            }
            case "silent" -> Result.noReply();
            case "refuse" -> Result.error(Map.of("reason", "no"));
            case "odd" -> Result.reply("maybe", Map.of());
            case "pub" -> {
                broadcast("msg", payload);
                yield Result.ok();
            }
            case "from" -> {
                broadcastFrom("msg", payload);
                yield Result.ok();
            }
            case "local" -> {
                broadcastLocal("msg", payload);
                yield Result.ok();
            }
            case "local-from" -> {
                broadcastLocalFrom("msg", payload);
                yield Result.ok();
            }
            case "push" -> {
                push("pushed", payload);
                yield Result.noReply();
            }
            case "listen" -> {
                subscribe("news");
                yield Result.ok();
            }
            case "deafen" -> {
                unsubscribe("news");
                yield Result.ok();
            }
            case "who" -> Result.ok(assigns());
            case "id" -> Result.ok(Map.of("id", socket().id().orElse("none")));
            case "rename" -> {
                assign("user", "other");
                yield Result.ok(assigns());
            }
            case "slow" -> {
                bench.waitAtGate();
                yield Result.ok(payload);
            }
            case "stop" -> {
                stop("done");
                yield Result.noReply();
            }
            case "stop-reply" -> {
                stop("done");
                yield Result.ok(payload);
            }
            case "later" -> {
                bench.refs.add(socketRef());
                yield Result.noReply();
            }
            case "later-renamed" -> {
                assign("user", "other");
                bench.refs.add(socketRef());
                yield Result.noReply();
            }
            case "no-object" -> Result.ok(1);
            case "crash" -> throw new IllegalStateException("planted");
            default -> Result.error(Map.of("reason", "unknown event"));
        };
    }

    @Override
    protected void handleInfo(Object message) {
        switch (message) {
            case Broadcast(String topic, String event, Payload payload) ->
                    push(topic + "/" + event, payload);
            case String text -> {
                push("mail", Map.of("text", text));
                broadcast("present", Map.of());
            }
            default -> throw new IllegalStateException("unexpected " + message);
        }
    }

    @Override
    protected void terminate(ExitReason reason) {
        bench.ends.add(
                topic()
                        + " "
                        + switch (reason) {
                            case ExitReason.Normal() -> "normal";
                            case ExitReason.NoProcess() -> "no process";
                            case ExitReason.Shutdown(Object detail) -> detail;
                            case ExitReason.Crash(Throwable cause) -> "crash " + cause;
                        });
    }
}
