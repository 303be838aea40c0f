package dev.myriad.spring;

import dev.myriad.channels.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** Adds the endpoint to the application's health, where the actuator is there to show it. */
@AutoConfiguration(after = MyriadAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(EndpointLifecycle.class)
@ConditionalOnEnabledHealthIndicator("myriad")
public class MyriadHealthAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean(name = "myriadHealthIndicator")
    HealthIndicator myriadHealthIndicator(Endpoint endpoint, EndpointLifecycle lifecycle) {
        return new EndpointHealth(endpoint, lifecycle);
    }
}
