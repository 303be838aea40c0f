package dev.myriad.compat.spring;

import org.springframework.stereotype.Service;

/** Knows what may be said. Thread-safe. */
@Service
class Manners {
    boolean allow(String text) {
        return !text.contains("darn");
    }
}
