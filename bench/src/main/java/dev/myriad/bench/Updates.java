package dev.myriad.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.myriad.channels.Endpoint;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.State;
import dev.myriad.pubsub.StateRule;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How many values of topics one thread changes in this JVM, without any network, while what has
 * changed is encoded as for clients.
 *
 * @param perSecond of that thread
 * @param perSecondPerCore by the processor time of the whole process: encoding and collecting too
 */
record Updates(double perSecond, double perSecondPerCore) {
    private static final int TOPICS = 10;
    private static final int BATCH = 100;
    private static final int BATCHES = 10;
    private static final Duration ROUND = Duration.ofSeconds(3);
    private static final int WARM_UPS = 2;

    static Updates measure() {
        try (Endpoint endpoint =
                Endpoint.builder()
                        .topics("keyed:*", rule -> rule.state(StateRule.keyed()))
                        .build()) {
            List<State> states = new ArrayList<>();
            for (int i = 0; i < TOPICS; i++) {
                states.add(endpoint.state("keyed:" + i));
            }
            List<Map<String, Payload>> batches = batches();
            for (int i = 0; i < WARM_UPS; i++) {
                var _ = round(states, batches);
            }
            return round(states, batches);
        }
    }

    /** Each of another hundred keys. */
    private static List<Map<String, Payload>> batches() {
        List<Map<String, Payload>> batches = new ArrayList<>();
        for (int batch = 0; batch < BATCHES; batch++) {
            Map<String, Payload> values = new HashMap<>();
            for (int i = 0; i < BATCH; i++) {
                int number = batch * BATCH + i;
                values.put(
                        "key" + number,
                        Payload.json(Integer.toString(number * 7).getBytes(US_ASCII)));
            }
            batches.add(values);
        }
        return batches;
    }

    private static Updates round(List<State> states, List<Map<String, Payload>> batches) {
        double cpu = cpuSeconds();
        long began = System.nanoTime();
        long updates = 0;
        long took = 0;
        for (int i = 0; took < ROUND.toNanos(); i++) {
            long _ = states.get(i % states.size()).putAll(batches.get(i / TOPICS % BATCHES));
            updates += BATCH;
            took = System.nanoTime() - began;
        }
        return new Updates(updates / (took / 1e9), updates / (cpuSeconds() - cpu));
    }

    private static double cpuSeconds() {
        return Proc.cpuSeconds(ManagementFactory.getRuntimeMXBean().getPid());
    }
}
