package dev.myriad.log;

import java.util.concurrent.CountDownLatch;

/** What the scribe's queue holds. */
sealed interface Waiting permits Entry, Waiting.Mark {
    /** Is reached when all before it is written. */
    record Mark(CountDownLatch reached) implements Waiting {}
}
