package dev.myriad.compat.spring;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** A chat in rooms, with a page of its own for posts over HTTP. */
@SpringBootApplication
public class RealtimeApplication {
    static void main(String[] args) {
        SpringApplication.run(RealtimeApplication.class, args);
    }
}
