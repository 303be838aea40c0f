package dev.myriad.net.engine;

/** Waits for the end of a thread that has been told to end. Stateless, so thread-safe. */
public final class ThreadEnd {
    private ThreadEnd() {}

    /**
     * Returns when the thread has ended, or at once if it is the calling one. An interrupt does not
     * shorten the wait, and is kept: when a transport has been closed, none of its threads runs any
     * more.
     */
    public static void await(Thread thread) {
        boolean interrupted = Thread.interrupted();
        while (thread.isAlive() && thread != Thread.currentThread()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
