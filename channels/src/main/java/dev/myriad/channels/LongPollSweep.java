package dev.myriad.channels;

import dev.myriad.process.Process;
import java.time.Duration;

/** Looks now and then for sessions that nobody polls any more, while there are any. */
final class LongPollSweep extends Process {
    private static final Object LOOK = new Object();

    private final LongPoll longPoll;

    LongPollSweep(LongPoll longPoll) {
        this.longPoll = longPoll;
    }

    void after(Duration pause) {
        Object _ = sendAfter(pause, LOOK);
    }

    @Override
    protected void handle(Object message) {
        longPoll.sweep();
    }

    @Override
    protected String name() {
        return "sweep of long-polling clients";
    }
}
