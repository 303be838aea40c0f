package dev.myriad.compat.spring;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Service;

/** The last that was said in each room; a database in real life. Thread-safe. */
@Service
class History {
    private static final int KEPT = 50;

    private final AtomicLong numbers = new AtomicLong();
    private final Map<String, Deque<Said>> rooms = new ConcurrentHashMap<>();

    /** Keeps what somebody says, before it is broadcast. */
    Said add(String room, String by, String text) {
        Deque<Said> kept = rooms.computeIfAbsent(room, _ -> new ArrayDeque<>());
        synchronized (kept) {
            Said said = new Said(numbers.incrementAndGet(), by, text);
            kept.addLast(said);
            if (kept.size() > KEPT) {
                kept.removeFirst();
            }
            return said;
        }
    }

    List<Said> of(String room) {
        Deque<Said> kept = rooms.getOrDefault(room, new ArrayDeque<>());
        synchronized (kept) {
            return List.copyOf(kept);
        }
    }
}
