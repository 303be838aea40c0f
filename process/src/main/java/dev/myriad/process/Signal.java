package dev.myriad.process;

/**
 * A message from process to process that the runtime handles itself, in the mailbox's order. All
 * that concerns a process from outside (its end, who watches it) comes this way, so a process needs
 * no lock. Once it is sent it belongs to the process that gets it, or to the sender again if that
 * has ended.
 */
abstract class Signal extends Message {
    /** Called in the process that got it. */
    abstract void act(Process process) throws Exception;

    /**
     * Whether it overtakes the messages in the mailbox, though not other urgent signals: an exit
     * must not overtake the link that it comes through.
     */
    boolean isUrgent(Process process) {
        return false;
    }

    /** Sent by {@link Process#spawn}: {@code started} runs because a first message came. */
    static final class Start extends Signal {
        @Override
        void act(Process process) {}
    }

    /** Ends it. */
    static final class Stop extends Signal {
        private final ExitReason reason;

        Stop(ExitReason reason) {
            this.reason = reason;
        }

        @Override
        boolean isUrgent(Process process) {
            return true;
        }

        @Override
        void act(Process process) {
            process.exit(reason);
        }
    }

    /** A watch is over before the process is. */
    static final class Unwatch extends Signal {
        private final Watch watch;

        Unwatch(Watch watch) {
            this.watch = watch;
        }

        @Override
        void act(Process process) {
            process.extension().remove(watch);
        }
    }

    /** Carries something that is handed to the handler, unless it has lost its sense meanwhile. */
    static final class Notice extends Signal {
        private final Watch source;
        private final Object content;

        Notice(Watch source, Object content) {
            this.source = source;
            this.content = content;
        }

        @Override
        public String toString() {
            return content.toString();
        }

        @Override
        void act(Process process) throws Exception {
            if (!source.cancelled) {
                source.delivered();
                process.handle(content);
            }
        }
    }

    /** The other end links itself. */
    static final class Link extends Signal {
        private final Process from;

        Link(Process from) {
            this.from = from;
        }

        @Override
        boolean isUrgent(Process process) {
            return true;
        }

        @Override
        void act(Process process) {
            Memory.isNeeded();
            process.extension().linkedBy(from);
        }

        @Override
        protected void dropped(Process by, ExitReason reason) {
            Memory.isNeeded();
            from.push(new LinkExit(by, reason));
        }
    }

    /** The other end unlinks itself. */
    static final class Unlink extends Signal {
        private final Process from;

        Unlink(Process from) {
            this.from = from;
        }

        @Override
        boolean isUrgent(Process process) {
            return true;
        }

        @Override
        void act(Process process) {
            process.extension().links().remove(from);
            from.push(new Unlinked(process));
        }

        @Override
        protected void dropped(Process by, ExitReason reason) {
            from.push(new Unlinked(by));
        }
    }

    /** The other end knows that it is unlinked: a link that it sends from now on counts. */
    static final class Unlinked extends Signal {
        private final Process from;

        Unlinked(Process from) {
            this.from = from;
        }

        @Override
        boolean isUrgent(Process process) {
            return true;
        }

        @Override
        void act(Process process) {
            process.extension().unlinked(from);
        }
    }

    /** A linked process ended. */
    static final class LinkExit extends Signal {
        private final Process from;
        private final ExitReason reason;

        LinkExit(Process from, ExitReason reason) {
            this.from = from;
            this.reason = reason;
        }

        @Override
        public String toString() {
            return new Exited(from, reason).toString();
        }

        @Override
        boolean isUrgent(Process process) {
            return !process.isTrapping() && !(reason instanceof ExitReason.Normal);
        }

        @Override
        void act(Process process) throws Exception {
            if (!process.extension().links().remove(from)) {
                return; // unlinked meanwhile
            }
            if (process.isTrapping()) {
                process.handle(new Exited(from, reason));
            } else if (!(reason instanceof ExitReason.Normal)) {
                process.exit(reason);
            }
        }
    }
}
