package dev.myriad.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How payloads look in logs. */
class PayloadTest {
    private static Payload json(String text) {
        return Payload.json(text.getBytes(UTF_8), TestCodec.CODEC);
    }

    @Test
    void jsonShowsItsText() {
        assertThat(json("{\"text\":\"Zoë\"}"))
                .hasToString("Payload[json, 15 bytes, {\"text\":\"Zoë\"}]");
        assertThat(Payload.EMPTY).hasToString("Payload[json, 2 bytes, {}]");
    }

    @Test
    void longJsonShowsItsStart() {
        String start = "{\"k\":\"" + "a".repeat(94);
        assertThat(json(start + "\"}")).hasToString("Payload[json, 102 bytes, " + start + "...]");
        assertThat(json(start + "a".repeat(1 << 20)))
                .hasToString("Payload[json, 1048676 bytes, " + start + "...]");
    }

    @Test
    void noCharacterIsCut() {
        String face = "\ud83d\ude00";
        assertThat(json("\"" + face.repeat(200)))
                .hasToString("Payload[json, 801 bytes, \"" + face.repeat(49) + "...]");
        assertThat(json("\"\"" + face.repeat(200)))
                .hasToString("Payload[json, 802 bytes, \"\"" + face.repeat(49) + "...]");
    }

    @Test
    void itStaysOnOneLine() {
        assertThat(json("{\n\"a\":\r\n\"\u2028\u0085\"}"))
                .hasToString("Payload[json, 16 bytes, { \"a\":  \"  \"}]");
    }

    @Test
    void binaryShowsItsSize() {
        assertThat(Payload.binary(new byte[300])).hasToString("Payload[binary, 300 bytes]");
        assertThat(Payload.userBroadcast("mo\nved", new byte[3]))
                .hasToString("Payload[binary, 3 bytes, user event mo ved]");
    }
}
