package dev.myriad.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.myriad.channels.Channel;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.channels.SocketRef;
import dev.myriad.process.Down;
import dev.myriad.process.ExitReason;
import dev.myriad.process.Process;
import dev.myriad.protocol.Payload;
import dev.myriad.testkit.ChannelUnit;
import dev.myriad.testkit.Sent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The code of the testing guide: a channel alone. */
class ChannelUnitTest {
    /** What the tests below test. */
    private static final class Desk extends Channel {
        private final List<SocketRef> questions = new ArrayList<>();
        private final Process helper;

        Desk(Process helper) {
            this.helper = helper;
        }

        record Line(String text) {}

        @Override
        protected JoinResult join(String topic, Payload params) {
            return assigns().containsKey("user")
                    ? JoinResult.ok()
                    : JoinResult.error(Map.of("reason", "who are you?"));
        }

        @Override
        protected void joined() {
            subscribe("desk:news");
            monitor(helper);
            push("history", Map.of("lines", List.of()));
        }

        @Override
        protected Result handleIn(String event, Payload payload) {
            return switch (event) {
                case "say" -> {
                    broadcast("said", payload.as(Line.class));
                    yield Result.ok();
                }
                case "ask" -> {
                    questions.add(socketRef());
                    self().send("answer");
                    yield Result.noReply();
                }
                default -> {
                    stop("goodbye");
                    yield Result.noReply();
                }
            };
        }

        @Override
        protected void handleInfo(Object message) {
            switch (message) {
                case Down _ -> push("alone", Map.of());
                default -> questions.forEach(ref -> ref.reply("ok", Map.of("text", message)));
            }
        }

        @Override
        protected void terminate(ExitReason reason) {
            broadcastFrom("left", Map.of());
        }
    }

    private static final class Helper extends Process {
        @Override
        protected void handle(Object message) {}
    }

    private final Helper helper = new Helper();

    @Test
    void aHandlerAlone() throws Exception {
        ChannelUnit desk =
                ChannelUnit.of(new Desk(helper), "desk:1").assigns(Map.of("user", "ada"));
        assertThat(desk.join(Map.of())).isEqualTo(JoinResult.ok());
        assertThat(desk.sent()).containsExactly(Sent.push("history", Map.of("lines", List.of())));
        assertThat(desk.handleIn("say", Map.of("text", "hello"))).isEqualTo(Result.ok());
        assertThat(desk.sent()).containsExactly(Sent.broadcast("said", Map.of("text", "hello")));
        assertThat(desk.subscribed()).containsExactly("desk:news");
    }

    @Test
    void aRefusal() throws Exception {
        ChannelUnit desk = ChannelUnit.of(new Desk(helper), "desk:1");
        assertThat(desk.join(Map.of()))
                .isEqualTo(JoinResult.error(Map.of("reason", "who are you?")));
        assertThat(desk.sent()).isEmpty();
        assertThatThrownBy(() -> desk.handleIn("say", Map.of("text", "hello")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("before the channel was joined");
    }

    @Test
    void whatItSendsItselfIsHandledToo() throws Exception {
        ChannelUnit desk =
                ChannelUnit.of(new Desk(helper), "desk:1").assigns(Map.of("user", "ada"));
        desk.join(Map.of());
        desk.sent();
        assertThat(desk.handleIn("ask", Map.of())).isEqualTo(Result.noReply());
        assertThat(desk.sent()).containsExactly(Sent.reply("ok", Map.of("text", "answer")));
        helper.stop(ExitReason.NORMAL);
        while (desk.sent().stream().noneMatch(Sent.push("alone", Map.of())::equals)) {
            desk.settle();
        }
        desk.handleIn("bye", Map.of());
        assertThat(desk.stopped()).contains("goodbye");
        desk.terminate(new ExitReason.Shutdown("goodbye"));
        assertThat(desk.sent()).containsExactly(Sent.broadcastFrom("left", Map.of()));
    }
}
