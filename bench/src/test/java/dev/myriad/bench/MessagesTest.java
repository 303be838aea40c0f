package dev.myriad.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.protocol.FrameDecoder;
import dev.myriad.protocol.FrameEncoder;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class MessagesTest {
    private final Messages messages = new Messages(Target.local(80), Topics.one("bench:all"), 120);

    @Test
    void aShoutIsAMaskedFrameWithItsSequenceNumber() {
        Stamp shout = messages.shout();
        shout.with(2_147_483_647);

        String text = decoded(shout.with(42));

        assertThat(text)
                .startsWith(
                        "[\"1\",\"3\",\"bench:all\",\"shout\",{\"seq\":\"0000000042\",\"pad\":\"x");
        assertThat(Report.JSON.readTree(text).get(4).toString()).hasSize(120);
    }

    @Test
    void whatTheServerMakesOfAShoutIsWhatSubscribersExpect() {
        String payload = Report.JSON.readTree(decoded(messages.shout().with(7))).get(4).toString();
        byte[] broadcast = ("[null,null,\"bench:all\",\"msg\"," + payload + "]").getBytes(UTF_8);
        int digits = messages.broadcastStart().length;

        assertThat(broadcast).startsWith(messages.broadcastStart());
        assertThat(broadcast).hasSize(messages.broadcastLength());
        assertThat(Answer.isBroadcast(broadcast, 0, broadcast.length)).isTrue();
        assertThat(Answer.number(broadcast, digits, digits + Messages.SEQUENCE_DIGITS))
                .isEqualTo(7);
    }

    @Test
    void anEchoCarriesItsRef() {
        JsonNode echo = Report.JSON.readTree(decoded(messages.echo(0).with(Messages.ECHO_REF + 5)));

        assertThat(echo.get(1).asString()).isEqualTo("10000005");
        assertThat(echo.get(3).asString()).isEqualTo("echo");
        assertThat(echo.get(4).toString()).hasSize(120);
    }

    @Test
    void aTinyPayloadHoldsTheSequenceNumberOnly() {
        Messages tiny = new Messages(Target.local(80), Topics.one("bench:all"), 0);

        assertThat(tiny.payloadLength()).isEqualTo(20);
        assertThat(decoded(tiny.shout().with(1))).endsWith("{\"seq\":\"0000000001\"}]");
    }

    @Test
    void topicsAreSpreadOverClients() {
        Messages spread = new Messages(Target.local(80), new Topics("bench:t", 3), 0);

        assertThat(decoded(spread.join(4))).contains("\"bench:t-1\"");
    }

    @Test
    void readsRefsAndStatusOfReplies() {
        String ok = "[\"1\",\"12\",\"a\",\"phx_reply\",{\"status\":\"ok\",\"response\":{}}]";
        String elixir = "[null,\"2\",\"a\",\"phx_reply\",{\"response\":{},\"status\":\"ok\"}]";
        String error = "[null,\"3\",\"a\",\"phx_reply\",{\"status\":\"error\",\"response\":{}}]";

        assertThat(ref(ok)).isEqualTo(12);
        assertThat(isOk(ok)).isTrue();
        assertThat(ref(elixir)).isEqualTo(2);
        assertThat(isOk(elixir)).isTrue();
        assertThat(ref(error)).isEqualTo(3);
        assertThat(isOk(error)).isFalse();
        assertThat(ref("[null,null,\"a\",\"b\",{}]")).isEqualTo(Answer.NO_REF);
        assertThat(ref("[\"1\",\"x\",\"a\",\"b\",{}]")).isEqualTo(Answer.NO_REF);
        assertThat(ref("[\"1\",\"99999999999999\",")).isEqualTo(Answer.NO_REF);
    }

    @Test
    void noCutOffReplyIsReadBeyondItsEnd() {
        String reply = "[\"1\",\"12\",\"a\",\"phx_reply\",{\"status\":\"ok\",\"response\":{}}]";
        int endOfStatus = reply.indexOf(",\"response\"");
        for (int length = 0; length <= reply.length(); length++) {
            byte[] bytes = reply.substring(0, length).getBytes(UTF_8);
            assertThat(Answer.ref(bytes, 0, length)).isIn(Answer.NO_REF, 12);
            assertThat(Answer.isOk(bytes, 0, length)).isEqualTo(length >= endOfStatus);
            assertThat(Answer.isBroadcast(bytes, 0, length)).isFalse();
        }
    }

    private static int ref(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return Answer.ref(bytes, 0, bytes.length);
    }

    private static boolean isOk(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return Answer.isOk(bytes, 0, bytes.length);
    }

    private static String decoded(byte[] frame) {
        StringBuilder text = new StringBuilder();
        byte[] bytes = frame.clone();
        FrameDecoder.server(1 << 20, 1 << 20).decode(null, bytes, 0, bytes.length, into(text));
        assertThat(frame[0]).isEqualTo((byte) (0x80 | FrameEncoder.TEXT));
        return text.toString();
    }

    private static FrameDecoder.Sink into(StringBuilder text) {
        return new FrameDecoder.Sink() {
            @Override
            public void text(byte[] bytes, int from, int to) {
                text.append(new String(bytes, from, to - from, UTF_8));
            }

            @Override
            public void binary(byte[] bytes, int from, int to) {
                throw new AssertionError();
            }

            @Override
            public void ping(byte[] bytes, int from, int to) {
                throw new AssertionError();
            }

            @Override
            public void pong(byte[] bytes, int from, int to) {
                throw new AssertionError();
            }

            @Override
            public void close(int code, String reason) {
                throw new AssertionError();
            }
        };
    }
}
