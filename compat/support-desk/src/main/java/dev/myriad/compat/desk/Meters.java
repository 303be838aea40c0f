package dev.myriad.compat.desk;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the desk counts beside the meters of its endpoint. */
@Configuration(proxyBeanMethods = false)
class Meters {
    @Bean
    MeterBinder openTickets(Tickets tickets) {
        return registry ->
                Gauge.builder("desk.tickets", tickets, Tickets::count)
                        .description("tickets that are open")
                        .register(registry);
    }
}
