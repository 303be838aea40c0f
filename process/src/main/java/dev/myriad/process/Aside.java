package dev.myriad.process;

/**
 * A task that calls users' code on behalf of a thread that must not wait for it nor die of it, such
 * as the ticker: a name, a message's text, a stack trace may block, throw and never return. It is a
 * process like any, so whatever that code does delays nobody.
 */
final class Aside extends Process {
    private final Runnable task;

    private Aside(Runnable task) {
        this.task = task;
    }

    /** Runs the task soon, in a simulation now. Throws nothing: false if there is no memory. */
    static boolean run(Runnable task) {
        try {
            if (Scheduler.current() == Carriers.SHARED) {
                spawn(new Aside(task));
            } else {
                task.run();
            }
            return true;
        } catch (Throwable noMemory) {
            return false;
        }
    }

    @Override
    protected void started() {
        exit(ExitReason.NORMAL);
        try {
            task.run();
        } catch (Throwable fault) {
            // It was to say something, and there is no memory for that, or the log is broken.
        }
    }

    @Override
    protected void handle(Object message) {}
}
