package dev.myriad.spring;

import dev.myriad.channels.Endpoint;
import dev.myriad.channels.JacksonCodec;
import dev.myriad.channels.SocketRoutes;
import dev.myriad.net.Drain;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes the endpoint: from the properties {@code myriad.*}, the channels with a {@link
 * ChannelMapping}, each {@link SocketConfigurer} and each {@link EndpointCustomizer}, with the
 * application's {@code JsonMapper}. Whoever has a bean of type {@link Endpoint} has made it
 * himself; it is started and stopped all the same.
 */
@AutoConfiguration(
        after = LifecycleAutoConfiguration.class,
        afterName = "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration")
@ConditionalOnProperty(name = "myriad.enabled", matchIfMissing = true)
@EnableConfigurationProperties(MyriadProperties.class)
public class MyriadAutoConfiguration {
    /** What is kept free of the time that a context has to stop, for what comes after the drain. */
    private static final Duration SPARE = Duration.ofSeconds(1);

    @Bean
    @ConditionalOnMissingBean
    Endpoint myriadEndpoint(
            MyriadProperties properties,
            ConfigurableListableBeanFactory beans,
            ObjectProvider<SocketConfigurer> sockets,
            ObjectProvider<EndpointCustomizer> customizers,
            ObjectProvider<JsonMapper> json,
            ObjectProvider<LifecycleProperties> lifecycle) {
        Endpoint.Builder builder =
                Endpoint.builder()
                        .host(properties.host())
                        .port(properties.port())
                        .transport(properties.transport())
                        .shards(properties.eventLoops())
                        .warmUp(properties.warmUp())
                        .trustedProxies(properties.trustedProxies())
                        .limits(properties.bounds())
                        .drain(
                                drain(
                                        properties.drain(),
                                        lifecycle
                                                .getIfAvailable(LifecycleProperties::new)
                                                .getTimeoutPerShutdownPhase()));
        json.ifUnique(mapper -> builder.json(JacksonCodec.of(mapper)));
        routes(beans, sockets.orderedStream().toList()).forEach(builder::socket);
        customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
        return builder.build();
    }

    @Bean
    EndpointLifecycle myriadLifecycle(
            Endpoint endpoint, MyriadProperties properties, ApplicationEventPublisher events) {
        return new EndpointLifecycle(endpoint, properties.drain().notice(), events);
    }

    /** The drain must be over before the context goes on without it. */
    static Drain drain(MyriadProperties.Drain wanted, Duration phase) {
        Duration room =
                phase.minus(wanted.notice())
                        .minusMillis(2L * Drain.DEFAULT.graceMillis())
                        .minus(SPARE);
        Duration deadline = wanted.deadline().compareTo(room) < 0 ? wanted.deadline() : room;
        return Drain.DEFAULT
                .withPerSecond(wanted.perSecond())
                .withDeadlineMillis(Math.clamp(deadline.toMillis(), 0, Integer.MAX_VALUE));
    }

    /** What each socket does, by its path. */
    private static Map<String, Consumer<SocketRoutes>> routes(
            ConfigurableListableBeanFactory beans, List<SocketConfigurer> sockets) {
        Map<String, Consumer<SocketRoutes>> routes = new LinkedHashMap<>();
        for (SocketConfigurer socket : sockets) {
            routes.merge(socket.path(), socket::configure, Consumer::andThen);
        }
        for (MappedChannel channel : MappedChannel.all(beans)) {
            routes.merge(
                    channel.socket(),
                    socket -> socket.channel(channel.pattern(), channel.factory(beans)),
                    Consumer::andThen);
        }
        return routes;
    }
}
