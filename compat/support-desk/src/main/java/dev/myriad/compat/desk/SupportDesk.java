package dev.myriad.compat.desk;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** A support desk: customers ask, agents answer, and each ticket is a topic that both join. */
@SpringBootApplication(proxyBeanMethods = false)
public class SupportDesk {
    static void main(String[] args) {
        SpringApplication.run(SupportDesk.class, args);
    }

    /** A meter of the desk's own, beside those of the endpoint. */
    @Bean
    MeterBinder openTickets(Tickets tickets) {
        return registry ->
                Gauge.builder("desk.tickets", tickets, Tickets::count).register(registry);
    }
}
