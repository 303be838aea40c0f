package dev.myriad.server.demo;

import dev.myriad.channels.Endpoint;
import dev.myriad.process.ExitReason;
import dev.myriad.process.Process;
import dev.myriad.process.Registry;
import java.time.Duration;
import java.util.List;

/** Says a few lines in a room and ends. There is one in a room at a time. */
final class Parrot extends Process {
    private static final Registry<String> TALKING = new Registry<>();
    private static final Duration PAUSE = Duration.ofMillis(600);
    private static final Object SPEAK = "speak";
    private static final List<String> LINES =
            List.of(
                    "You are gone. I go on.",
                    "Nobody tells you this.",
                    "The room remembers it, though.",
                    "It knows where you stopped listening.",
                    "So when you come back, you miss nothing.");

    private final Endpoint endpoint;
    private final String topic;
    private int said;

    private Parrot(Endpoint endpoint, String topic) {
        this.endpoint = endpoint;
        this.topic = topic;
    }

    /** Lets one talk, unless one does; whether it does now. */
    static boolean talk(Endpoint endpoint, String topic) {
        Parrot parrot = new Parrot(endpoint, topic);
        if (!TALKING.register(topic, parrot)) {
            return false;
        }
        Process.spawn(parrot);
        return true;
    }

    @Override
    protected void started() {
        sendAfter(PAUSE, SPEAK);
    }

    @Override
    protected void handle(Object message) {
        endpoint.broadcast(topic, "message", ChatRoom.message("Parrot", LINES.get(said)));
        said++;
        if (said == LINES.size()) {
            exit(ExitReason.NORMAL);
        } else {
            sendAfter(PAUSE, SPEAK);
        }
    }
}
