package dev.myriad.net.engine;

/** The end of a thread that has been told to end. Stateless, so thread-safe. */
public final class ThreadEnd {
    private ThreadEnd() {}

    /**
     * Waits for it; not for the calling thread's own. An interrupt does not shorten the wait, so
     * that whoever closes a transport finds nobody on it afterwards, but it is kept.
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
