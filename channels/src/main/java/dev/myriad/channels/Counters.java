package dev.myriad.channels;

import java.util.concurrent.atomic.LongAdder;

/** What an endpoint counts. Thread-safe; striped, so that threads share no cache line. */
final class Counters {
    final LongAdder joins = new LongAdder();
    final LongAdder joinsRefused = new LongAdder();
    final LongAdder ends = new LongAdder();
    final LongAdder messages = new LongAdder();
    final LongAdder crashes = new LongAdder();
}
