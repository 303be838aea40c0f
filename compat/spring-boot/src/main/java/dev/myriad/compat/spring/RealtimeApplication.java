package dev.myriad.compat.spring;

import dev.myriad.channels.Endpoint;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** An application with an endpoint. */
@SpringBootApplication
public class RealtimeApplication {
    @Bean // Spring calls close() at the end, since an endpoint is AutoCloseable
    Endpoint endpoint(@Value("${realtime.port:4000}") int port) {
        return Endpoint.builder()
                .port(port)
                .socket("/socket", socket -> socket.channel("room:*", EchoRoom::new))
                .start();
    }

    static void main(String[] args) {
        SpringApplication.run(RealtimeApplication.class, args);
    }
}
