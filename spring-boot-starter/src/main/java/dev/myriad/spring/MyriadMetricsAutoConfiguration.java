package dev.myriad.spring;

import dev.myriad.channels.Endpoint;
import dev.myriad.micrometer.EndpointMetrics;
import dev.myriad.micrometer.ProcessMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Adds the endpoint's counters to the application's metrics, where Micrometer is there. */
@AutoConfiguration(
        after = MyriadAutoConfiguration.class,
        afterName =
                "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({EndpointLifecycle.class, MeterRegistry.class})
public class MyriadMetricsAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    EndpointMetrics myriadEndpointMetrics(Endpoint endpoint) {
        return new EndpointMetrics(endpoint);
    }

    @Bean
    @ConditionalOnMissingBean
    ProcessMetrics myriadProcessMetrics() {
        return new ProcessMetrics();
    }
}
