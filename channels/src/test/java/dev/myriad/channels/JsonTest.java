package dev.myriad.channels;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.myriad.net.memory.MemoryClient;
import dev.myriad.net.memory.MemoryTransport;
import dev.myriad.protocol.JsonCodec;
import dev.myriad.protocol.Payload;
import dev.myriad.protocol.PayloadException;
import dev.myriad.protocol.TypeRef;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** How payloads become objects, and what is said if they do not. */
class JsonTest {
    record Bid(String bidder, int amountInCents) {}

    record Round(List<Bid> bids) {}

    record Unreadable() {
        @SuppressWarnings({"unused", "DoNotCallSuggester"}) // Jackson calls it
        public int getValue() {
            throw new IllegalStateException("no value");
        }
    }

    private static Payload json(String text) {
        return Payload.json(text.getBytes(UTF_8), JacksonCodec.SHARED);
    }

    private static PayloadException failure(Payload payload, Class<?> type) {
        return catchThrowableOfType(PayloadException.class, () -> payload.as(type));
    }

    @Test
    void genericTypesAreRead() {
        List<Bid> bids =
                json("[{\"bidder\":\"ann\",\"amountInCents\":5}]").as(new TypeRef<List<Bid>>() {});
        assertThat(bids).containsExactly(new Bid("ann", 5));
        assertThat(json("5").as(int.class)).isEqualTo(5);
        assertThat(json("\"x\"").as(String.class)).isEqualTo("x");
    }

    @Test
    void whatDoesNotFitSaysWhichTypeAndWhere() {
        Payload payload =
                json("{\"bids\":[{\"amountInCents\":1},{\"amountInCents\":\"a\\nb\\nc\"}]}");
        PayloadException e = failure(payload, Round.class);
        assertThat(e.code()).isEqualTo(PayloadException.Code.DOES_NOT_FIT);
        assertThat(e)
                .hasMessageStartingWith(
                        "a payload does not fit dev.myriad.channels.JsonTest$Round at"
                                + " bids[1].amountInCents: ")
                .message()
                .doesNotContain("\n");
    }

    @Test
    void aClientCannotMakeALongMessage() {
        assertThat(failure(json("\"" + "x".repeat(100_000) + "\""), Bid.class).getMessage())
                .hasSizeLessThan(400);
        assertThat(failure(json("{\"" + "x".repeat(100_000) + "\":1}"), Bid.class).getMessage())
                .hasSizeLessThan(400);
    }

    @Test
    void nullIsNoObject() {
        assertThat(failure(json("null"), Bid.class))
                .hasMessage("a payload does not fit dev.myriad.channels.JsonTest$Bid: it is null");
    }

    @Test
    void whatHasNoTextSaysSo() {
        PayloadException e =
                catchThrowableOfType(
                        PayloadException.class,
                        () -> Payload.of(new Unreadable(), JacksonCodec.SHARED));
        assertThat(e.code()).isEqualTo(PayloadException.Code.NOT_WRITABLE);
    }

    /** Reads and writes nothing but one word. */
    private static final class Greeting implements JsonCodec {
        @Override
        public Object read(byte[] json, Type type) {
            throw new IllegalArgumentException("no");
        }

        @Override
        public byte[] write(Object value) {
            return "{\"hi\":1}".getBytes(UTF_8);
        }
    }

    @Test
    void anEndpointHasACodecOfItsOwn() {
        try (Endpoint endpoint =
                Endpoint.builder()
                        .json(new Greeting())
                        .socket("/s", socket -> socket.channel("*", () -> new Lab(new Lab.Bench())))
                        .transport(app -> MemoryTransport.start(1, app))
                        .start()) {
            MemoryClient client =
                    ((MemoryTransport) endpoint.transport()).connect("/s/websocket?vsn=2.0.0");
            client.send(Wire.V2.message("1", "1", "room:a", "phx_join", "{}"));
            assertThat(client.next()).isEqualTo(Wire.V2.reply("1", "1", "room:a", "ok", "{}"));
            client.send(Wire.V2.message("1", "2", "room:a", "count", "{}"));
            assertThat(client.next())
                    .isEqualTo(Wire.V2.reply("1", "2", "room:a", "ok", "{\"hi\":1}"));
            endpoint.broadcast("room:a", "news", Map.of());
            assertThat(client.next()).isEqualTo(Wire.V2.broadcast("room:a", "news", "{\"hi\":1}"));
        }
    }

    @Test
    void aMapperOfOnesOwnWritesAsItIsTold() {
        JsonMapper snakes =
                JsonMapper.builder()
                        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                        .build();
        Payload payload = Payload.of(new Bid("ann", 5), JacksonCodec.of(snakes));
        assertThat(payload.bytes()).asString(UTF_8).contains("\"amount_in_cents\":5");
        assertThat(payload.as(Bid.class)).isEqualTo(new Bid("ann", 5));
    }
}
