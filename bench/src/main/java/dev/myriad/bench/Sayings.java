package dev.myriad.bench;

/** Says something in each topic in turn, with its next number. Confined to its client thread. */
final class Sayings {
    private final ClientRing ring;
    private final Stamp[] stamps;
    private final long[] sent;
    private final Pace pace;

    /** Client {@code i} is in topic {@code i}. */
    Sayings(ClientThread thread, Topics topics, double perSecond) {
        this.ring = thread.rings().getFirst();
        this.stamps = new Stamp[topics.count()];
        this.sent = new long[topics.count()];
        for (int i = 0; i < stamps.length; i++) {
            String number = "#".repeat(LogFollower.NUMBER_DIGITS);
            stamps[i] =
                    new Stamp(
                            "[\"1\",\"3\",\"%s\",\"say\",{\"n\":\"%s\"}]"
                                    .formatted(topics.of(i), number),
                            number.length());
        }
        this.pace = new Pace(perSecond, this::say);
        thread.add(pace);
    }

    private boolean say(long step) {
        int topic = (int) (step % stamps.length);
        ring.send(topic, stamps[topic].with((int) ++sent[topic]));
        return true;
    }

    void stop() {
        pace.stop();
    }

    /** How many in each topic. */
    long[] sent() {
        return sent.clone();
    }

    long all() {
        return pace.done();
    }
}
