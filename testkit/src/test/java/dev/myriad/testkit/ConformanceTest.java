package dev.myriad.testkit;

import static dev.myriad.testkit.ConformanceServer.serve;
import static dev.myriad.testkit.ConformanceServer.url;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.myriad.channels.Endpoint;
import dev.myriad.net.Transports;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class ConformanceTest {
    @ParameterizedTest
    @EnumSource(value = Transports.Kind.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void everyCase(Transports.Kind kind) {
        try (Endpoint endpoint = serve(kind)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            int failed =
                    Conformance.run(
                            url(endpoint), new PrintStream(out, true, StandardCharsets.UTF_8));
            String report = out.toString(StandardCharsets.UTF_8);
            assertThat(failed).as(report).isZero();
            assertThat(report).endsWith("0 of %d cases failed%n".formatted(count()));
        }
    }

    @Test
    void aServerWithoutTheChannelFails() {
        try (Endpoint endpoint =
                Endpoint.builder()
                        .shards(1)
                        .socket("/socket", socket -> socket.channel("other", EchoRoom::new))
                        .start()) {
            WireCase join =
                    Conformance.cases().stream()
                            .filter(example -> example.name().equals("join ok"))
                            .findFirst()
                            .orElseThrow();
            assertThatThrownBy(() -> join.run(url(endpoint)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessage(
                            """
                            join ok
                            expected: ["1","1","conformance:room","phx_reply",{"status":"ok","response":{"n":1}}]
                            but this happened:
                              > ["1","1","conformance:room","phx_join",{"n":1}]
                              < [null,"1","conformance:room","phx_reply",{"status":"error","response":{"reason":"unmatched topic"}}]""");
        }
    }

    @Test
    void nothingMayComeBesides() {
        WireCase surplus =
                new WireCase(
                        "surplus",
                        List.of(WireStep.send("[null,\"1\",\"phoenix\",\"heartbeat\",{}]")));
        try (Endpoint endpoint = serve(Transports.Kind.NETTY)) {
            assertThatThrownBy(() -> surplus.run(url(endpoint)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("expected: [null,\"probe\"");
        }
    }

    @Test
    void noServer() {
        WireCase first = Conformance.cases().getFirst();
        assertThatThrownBy(() -> first.run(URI.create("ws://127.0.0.1:1/socket/websocket")))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("cannot connect to ws://127.0.0.1:1/");
    }

    @Test
    void urls() {
        assertThat(Conformance.url(URI.create("ws://h/s"))).hasToString("ws://h/s?vsn=2.0.0");
        assertThat(Conformance.url(URI.create("ws://h/s?a=b")))
                .hasToString("ws://h/s?a=b&vsn=2.0.0");
        assertThat(Conformance.url(URI.create("ws://h/s?vsn=2.1.0")))
                .hasToString("ws://h/s?vsn=2.1.0");
    }

    private static int count() {
        return Conformance.cases().size();
    }
}
