package dev.myriad.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** What an application with the actuator shows of the endpoint. */
@Timeout(120)
class ObservationTest {
    private final ApplicationContextRunner contexts =
            new ApplicationContextRunner()
                    .withConfiguration(
                            AutoConfigurations.of(
                                    LifecycleAutoConfiguration.class,
                                    MetricsAutoConfiguration.class,
                                    CompositeMeterRegistryAutoConfiguration.class,
                                    SimpleMetricsExportAutoConfiguration.class,
                                    MyriadAutoConfiguration.class,
                                    MyriadHealthAutoConfiguration.class,
                                    MyriadMetricsAutoConfiguration.class))
                    .withPropertyValues("myriad.port=0");

    private static Health now(HealthIndicator indicator) {
        return Objects.requireNonNull(indicator.health());
    }

    @Test
    void theEndpointIsPartOfTheHealth() {
        contexts.run(
                context -> {
                    HealthIndicator health =
                            context.getBean("myriadHealthIndicator", HealthIndicator.class);
                    assertThat(now(health).getStatus()).isEqualTo(Status.UP);
                    assertThat(now(health).getDetails())
                            .containsKeys("address", "transport")
                            .containsEntry("connections", 0L)
                            .containsEntry("channels", 0L);
                    context.getBean(EndpointLifecycle.class).stop();
                    assertThat(now(health).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
                });
    }

    @Test
    void theHealthIndicatorMayBeSwitchedOff() {
        contexts.withPropertyValues("management.health.myriad.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean("myriadHealthIndicator"));
    }

    @Test
    void theCountersArePartOfTheMetrics() {
        contexts.run(
                context -> {
                    MeterRegistry registry = context.getBean(MeterRegistry.class);
                    assertThat(registry.get("myriad.connections").gauge().value()).isZero();
                    assertThat(registry.get("myriad.process.crashes").functionCounter().count())
                            .isNotNegative();
                    assertThat(
                                    registry.get("myriad.limit.exceeded")
                                            .tag("limit", "idleMillis")
                                            .functionCounter()
                                            .count())
                            .isZero();
                });
    }
}
