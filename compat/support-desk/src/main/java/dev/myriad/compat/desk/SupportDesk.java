package dev.myriad.compat.desk;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** A support desk: customers ask, agents answer, and each ticket is a topic that both join. */
@SpringBootApplication
public class SupportDesk {
    static void main(String[] args) {
        SpringApplication.run(SupportDesk.class, args);
    }
}
