package dev.myriad.testkit;

import dev.myriad.channels.Channel;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.protocol.Payload;
import java.util.Map;

/**
 * The channel that a server must have at {@code conformance:*} for the cases of {@link
 * Conformance}. Its callbacks are called by one thread at a time.
 *
 * <table>
 * <caption>What it does</caption>
 * <tr><td>join of {@code conformance:refused}</td><td>refused with {"reason":"no"}</td></tr>
 * <tr><td>join of {@code conformance:crash}</td><td>throws</td></tr>
 * <tr><td>join of {@code conformance:greeting}</td><td>ok, then broadcasts greeted {}</td></tr>
 * <tr><td>any other join</td><td>ok, the response is the params</td></tr>
 * <tr><td>echo</td><td>replies ok with the payload</td></tr>
 * <tr><td>refuse</td><td>replies error with the payload</td></tr>
 * <tr><td>silent</td><td>does not reply</td></tr>
 * <tr><td>push</td><td>pushes pushed with the payload, does not reply</td></tr>
 * <tr><td>broadcast</td><td>broadcasts said with the payload, does not reply</td></tr>
 * <tr><td>broadcast_from</td><td>the same to all but the sender</td></tr>
 * <tr><td>broadcast_push_reply</td><td>broadcasts said, pushes pushed and replies ok, each with the
 * payload</td></tr>
 * <tr><td>stop</td><td>ends in good order without a reply</td></tr>
 * <tr><td>stop_reply</td><td>replies ok with the payload and ends in good order</td></tr>
 * <tr><td>crash</td><td>throws</td></tr>
 * </table>
 */
public final class ConformanceRoom extends Channel {
    @Override
    protected JoinResult join(String topic, Payload params) {
        return switch (topic) {
            case "conformance:refused" -> JoinResult.error(Map.of("reason", "no"));
            case "conformance:crash" -> throw new IllegalStateException("asked to crash");
            case "conformance:greeting" -> JoinResult.ok();
            default -> JoinResult.ok(params);
        };
    }

    @Override
    protected void joined() {
        if (topic().equals("conformance:greeting")) {
            broadcast("greeted", Map.of());
        }
    }

    @Override
    protected Result handleIn(String event, Payload payload) {
        return switch (event) {
            case "echo" -> Result.ok(payload);
            case "refuse" -> Result.error(payload);
            case "silent" -> Result.noReply();
            case "push" -> {
                push("pushed", payload);
                yield Result.noReply();
            }
            case "broadcast" -> {
                broadcast("said", payload);
                yield Result.noReply();
            }
            case "broadcast_from" -> {
                broadcastFrom("said", payload);
                yield Result.noReply();
            }
            case "broadcast_push_reply" -> {
                broadcast("said", payload);
                push("pushed", payload);
                yield Result.ok(payload);
            }
            case "stop" -> {
                stop("asked to");
                yield Result.noReply();
            }
            case "stop_reply" -> {
                stop("asked to");
                yield Result.ok(payload);
            }
            default -> throw new IllegalStateException("asked to crash");
        };
    }
}
