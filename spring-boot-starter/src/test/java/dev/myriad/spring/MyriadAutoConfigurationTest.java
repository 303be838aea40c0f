package dev.myriad.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.myriad.channels.Channel;
import dev.myriad.channels.ConnectResult;
import dev.myriad.channels.Endpoint;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.net.Drain;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import dev.myriad.protocol.Payload;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Scope;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

@Timeout(120)
class MyriadAutoConfigurationTest {
    private final ApplicationContextRunner contexts =
            new ApplicationContextRunner()
                    .withConfiguration(
                            AutoConfigurations.of(
                                    LifecycleAutoConfiguration.class,
                                    MyriadAutoConfiguration.class,
                                    MyriadHealthAutoConfiguration.class,
                                    MyriadMetricsAutoConfiguration.class))
                    .withPropertyValues("myriad.port=0", "myriad.drain.per-second=0");

    /** What channels have injected. */
    record Greeting(String text) {}

    static class Greeter {
        @Bean
        Greeting greeting() {
            return new Greeting("hello");
        }
    }

    /** Says who answers, and how often it was asked. */
    abstract static class Answering extends Channel {
        private final String name;
        private int asked;

        Answering(String name) {
            this.name = name;
        }

        @Override
        protected JoinResult join(String topic, Payload params) {
            return JoinResult.ok(Map.of("by", name));
        }

        @Override
        protected Result handleIn(String event, Payload payload) {
            return Result.ok(Map.of("asked", ++asked));
        }
    }

    @ChannelMapping("room:*")
    static class Room extends Answering {
        Room(Greeting greeting) {
            super(greeting.text());
        }
    }

    @ChannelMapping("room:lobby")
    static class Lobby extends Answering {
        Lobby() {
            super("lobby");
        }
    }

    @ChannelMapping(
            value = {"*", "desk:*"},
            socket = {"/agent", "/socket"})
    static class Anything extends Answering {
        Anything() {
            super("anything");
        }
    }

    @Import({Greeter.class, Room.class, Lobby.class, Anything.class})
    static class House {}

    private static int port(Endpoint endpoint) {
        return endpoint.address().getPort();
    }

    @Test
    void channelsAreBeansWithWhatTheyAskFor() {
        contexts.withUserConfiguration(House.class)
                .run(
                        context -> {
                            int port = port(context.getBean(Endpoint.class));
                            try (Client client = new Client(port, "/socket")) {
                                assertThat(client.ask("room:1", "phx_join"))
                                        .contains("\"by\":\"hello\"");
                            }
                        });
    }

    @Test
    void eachClientHasAnInstanceOfItsOwn() {
        contexts.withUserConfiguration(House.class)
                .run(
                        context -> {
                            int port = port(context.getBean(Endpoint.class));
                            for (int i = 0; i < 2; i++) {
                                try (Client client = new Client(port, "/socket")) {
                                    client.ask("room:1", "phx_join");
                                    assertThat(client.ask("room:1", "hi")).contains("\"asked\":1");
                                    assertThat(client.ask("room:1", "hi")).contains("\"asked\":2");
                                }
                            }
                        });
    }

    @Test
    void theNarrowestPatternDecidesAtEachSocket() {
        contexts.withUserConfiguration(House.class)
                .run(
                        context -> {
                            int port = port(context.getBean(Endpoint.class));
                            try (Client client = new Client(port, "/socket")) {
                                assertThat(client.ask("room:lobby", "phx_join")).contains("lobby");
                                assertThat(client.ask("other", "phx_join")).contains("anything");
                            }
                            try (Client client = new Client(port, "/agent")) {
                                assertThat(client.ask("room:lobby", "phx_join"))
                                        .contains("anything");
                            }
                        });
    }

    @ChannelMapping("room:*")
    @Scope("singleton")
    static class Shared extends Answering {
        Shared() {
            super("shared");
        }
    }

    @Test
    void aChannelThatAllWouldShareIsRefused() {
        contexts.withUserConfiguration(Shared.class)
                .run(
                        context ->
                                assertThat(context)
                                        .getFailure()
                                        .rootCause()
                                        .hasMessageContaining("all clients would share"));
    }

    @ChannelMapping("room:*")
    static class NoChannel {}

    @Test
    void whatIsMappedMustBeAChannel() {
        contexts.withUserConfiguration(NoChannel.class)
                .run(
                        context ->
                                assertThat(context)
                                        .getFailure()
                                        .rootCause()
                                        .hasMessageContaining("must extend"));
    }

    @Import({Greeter.class, Room.class})
    static class Guarded {
        @Bean
        SocketConfigurer socket() {
            return SocketConfigurer.at(
                    "/socket",
                    socket ->
                            socket.connect(
                                    (params, _) ->
                                            params.containsKey("key")
                                                    ? ConnectResult.ok()
                                                    : ConnectResult.refused("no key")));
        }
    }

    @Test
    void aConfigurerSaysWhoMayConnect() {
        contexts.withUserConfiguration(Guarded.class)
                .run(
                        context -> {
                            int port = port(context.getBean(Endpoint.class));
                            assertThatThrownBy(() -> new Client(port, "/socket"))
                                    .rootCause()
                                    .hasMessageContaining("403");
                        });
    }

    record Price(int inCents) {}

    @ChannelMapping("price")
    static class Prices extends Answering {
        Prices() {
            super("prices");
        }

        @Override
        protected Result handleIn(String event, Payload payload) {
            return Result.ok(new Price(5));
        }
    }

    @Import(Prices.class)
    static class SnakeCase {
        @Bean
        JsonMapper mapper() {
            return JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .build();
        }
    }

    @Test
    void payloadsAreWrittenByTheApplicationsMapper() {
        contexts.withUserConfiguration(SnakeCase.class)
                .run(
                        context -> {
                            int port = port(context.getBean(Endpoint.class));
                            try (Client client = new Client(port, "/socket")) {
                                client.ask("price", "phx_join");
                                assertThat(client.ask("price", "now")).contains("\"in_cents\":5");
                            }
                        });
    }

    static class Paged {
        @Bean
        EndpointCustomizer page() {
            return builder -> builder.http(_ -> HttpAnswer.text(200, "a page"));
        }
    }

    @Test
    void aCustomizerHasTheLastWord() {
        contexts.withUserConfiguration(Paged.class)
                .run(
                        context -> {
                            URI url =
                                    URI.create(
                                            "http://127.0.0.1:"
                                                    + port(context.getBean(Endpoint.class)));
                            try (HttpClient http = HttpClient.newHttpClient()) {
                                assertThat(
                                                http.send(
                                                                HttpRequest.newBuilder(url).build(),
                                                                BodyHandlers.ofString())
                                                        .body())
                                        .isEqualTo("a page");
                            }
                        });
    }

    @Test
    void limitsAreSetByTheirNames() {
        contexts.withPropertyValues(
                        "myriad.limits.idle-millis=30000",
                        "myriad.limits.frameBytesMax=70000",
                        "myriad.trusted-proxies=10.0.0.0/8,127.0.0.1")
                .run(
                        context ->
                                assertThat(context.getBean(MyriadProperties.class).bounds())
                                        .isEqualTo(
                                                Limits.DEFAULT
                                                        .with(Limit.IDLE_MILLIS, 30_000)
                                                        .with(Limit.FRAME_BYTES_MAX, 70_000)));
    }

    @Test
    void aLimitThatDoesNotExistIsToldWithThoseThatDo() {
        contexts.withPropertyValues("myriad.limits.idle-seconds=30")
                .run(
                        context ->
                                assertThat(context)
                                        .getFailure()
                                        .rootCause()
                                        .hasMessageContaining("idle-seconds")
                                        .hasMessageContaining("idleMillis"));
    }

    @Test
    void theDrainFitsIntoTheTimeThatAContextHasToStop() {
        MyriadProperties.Drain wanted =
                new MyriadProperties.Drain(Duration.ofSeconds(5), 100, Duration.ofSeconds(30));
        Drain drain = MyriadAutoConfiguration.drain(wanted, Duration.ofSeconds(30));
        assertThat(drain.perSecond()).isEqualTo(100);
        assertThat(drain.deadlineMillis())
                .isEqualTo(30_000 - 5_000 - 2 * Drain.DEFAULT.graceMillis() - 1_000);
        assertThat(MyriadAutoConfiguration.drain(wanted, Duration.ofHours(1)).deadlineMillis())
                .isEqualTo(30_000);
        assertThat(MyriadAutoConfiguration.drain(wanted, Duration.ofSeconds(1)).deadlineMillis())
                .isZero();
    }

    @Test
    void mayBeSwitchedOff() {
        contexts.withPropertyValues("myriad.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(Endpoint.class));
    }

    @ImportAutoConfiguration({
        LifecycleAutoConfiguration.class,
        MyriadAutoConfiguration.class,
        MyriadHealthAutoConfiguration.class,
        MyriadMetricsAutoConfiguration.class
    })
    static class Application extends House {}

    @Test
    void needsNeitherTheActuatorNorMicrometer() {
        new ApplicationContextRunner()
                .withUserConfiguration(Application.class)
                .withPropertyValues("myriad.port=0")
                .withClassLoader(
                        new FilteredClassLoader(
                                "io.micrometer",
                                "org.springframework.boot.health",
                                "org.springframework.boot.micrometer"))
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(Endpoint.class));
    }
}
