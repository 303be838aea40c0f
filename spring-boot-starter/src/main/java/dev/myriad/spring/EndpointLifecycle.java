package dev.myriad.spring;

import dev.myriad.channels.Endpoint;
import java.time.Duration;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;

/**
 * Starts an endpoint when its context is ready, and ends it with the context: first it says that
 * the application is not ready any more, then it lets the connections go. It is the last to start
 * and the first to stop, so the beans that channels use are there as long as channels are.
 * Thread-safe.
 */
final class EndpointLifecycle implements SmartLifecycle {
    private final Endpoint endpoint;
    private final Duration notice;
    private final ApplicationEventPublisher events;
    private volatile boolean running;
    private volatile boolean stopping;

    EndpointLifecycle(Endpoint endpoint, Duration notice, ApplicationEventPublisher events) {
        this.endpoint = endpoint;
        this.notice = notice;
        this.events = events;
    }

    @Override
    public void start() {
        if (!endpoint.isReady()) { // an endpoint of the application's own may be started already
            endpoint.start();
        }
        running = true;
    }

    @Override
    public void stop() {
        stopping = true;
        AvailabilityChangeEvent.publish(events, this, ReadinessState.REFUSING_TRAFFIC);
        try {
            Thread.sleep(notice);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        endpoint.close();
        running = false;
    }

    /** Others of its phase need not wait for the drain. */
    @Override
    public void stop(Runnable stopped) {
        Thread.ofVirtual()
                .name("myriad-stop")
                .start(
                        () -> {
                            try {
                                stop();
                            } finally {
                                stopped.run();
                            }
                        });
    }

    /** Whether it serves and does not end. */
    boolean isReady() {
        return !stopping && endpoint.isReady();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** An endpoint starts once: a pause, as between tests, must not end it. */
    @Override
    public boolean isPauseable() {
        return false;
    }
}
