package dev.myriad.server;

import java.lang.reflect.Proxy;

/**
 * SIGTERM, SIGINT and SIGHUP: the first one stops politely, a second one at once. Under {@code
 * nohup} the JVM leaves SIGHUP ignored.
 *
 * <p>A shutdown hook would see only the first. {@code sun.misc.Signal} is exported by the module
 * {@code jdk.unsupported} and the only API that sees both, but javac warns of it whatever is
 * suppressed; hence it is called by name. Where it is absent a shutdown hook does the polite half.
 */
final class Signals {
    private static final int EXIT_AT_ONCE = 130;

    private Signals() {}

    /** Runs {@code stop} on the first signal and exits with 0 when it returns. */
    static void handle(Runnable stop) {
        Runnable once = new Once(stop);
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy =
                    Proxy.newProxyInstance(
                            Signals.class.getClassLoader(),
                            new Class<?>[] {handler},
                            (_, _, _) -> {
                                once.run();
                                return null;
                            });
            for (String name : new String[] {"TERM", "INT", "HUP"}) {
                signal.getMethod("handle", signal, handler)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
            }
        } catch (ReflectiveOperationException | IllegalArgumentException _) {
            Runtime.getRuntime().addShutdownHook(new Thread(stop, "stop"));
        }
    }

    private static final class Once implements Runnable {
        private final Runnable stop;
        private boolean asked;

        Once(Runnable stop) {
            this.stop = stop;
        }

        @Override
        public void run() {
            if (first()) {
                stop.run();
                System.exit(0);
            }
            Runtime.getRuntime().halt(EXIT_AT_ONCE);
        }

        private synchronized boolean first() {
            boolean first = !asked;
            asked = true;
            return first;
        }
    }
}
