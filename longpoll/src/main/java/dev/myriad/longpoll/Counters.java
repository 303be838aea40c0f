package dev.myriad.longpoll;

import java.util.concurrent.atomic.LongAdder;

/** What is counted of clients that poll. Thread-safe; striped, so that threads share no line. */
final class Counters {
    final LongAdder opened = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder polls = new LongAdder();
    final LongAdder binaryDropped = new LongAdder();
}
