package dev.myriad.bench.processes;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Something to measure, in a JVM of its own. What it found is one or several figures. */
enum Trial {
    LIVE {
        @Override
        List<Figure> measure(Scale scale) throws Exception {
            return Lives.live(scale);
        }
    },
    PING_PONG {
        @Override
        List<Figure> measure(Scale scale) throws Exception {
            return Conversations.pingPong(scale);
        }
    },
    RING_1000 {
        @Override
        List<Figure> measure(Scale scale) throws Exception {
            return Conversations.ring(scale, 1_000);
        }
    },
    RING_100000 {
        @Override
        List<Figure> measure(Scale scale) throws Exception {
            return Conversations.ring(scale, 100_000);
        }
    },
    FAN_OUT {
        @Override
        List<Figure> measure(Scale scale) throws Exception {
            return Conversations.fanOut(scale);
        }
    },
    MANY_TO_ONE {
        @Override
        List<Figure> measure(Scale scale) throws Exception {
            return Conversations.manyToOne(scale);
        }
    },
    SPAWN {
        @Override
        List<Figure> measure(Scale scale) throws Exception {
            return Lives.spawn(scale);
        }
    },
    RESTARTS {
        @Override
        List<Figure> measure(Scale scale) throws Exception {
            return Restarts.measure(scale);
        }
    },
    HOGS {
        @Override
        List<Figure> measure(Scale scale) throws Exception {
            return Hogs.measure(scale);
        }
    };

    abstract List<Figure> measure(Scale scale) throws Exception;

    /** The heap of its JVM, if it is not the JVM's own choice. */
    Optional<String> heap(String live) {
        return this == LIVE ? Optional.of(live) : Optional.empty();
    }

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
