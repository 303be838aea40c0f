package dev.myriad.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.Cluster;
import dev.myriad.pubsub.ClusterLog;
import dev.myriad.pubsub.HistoryRule;
import dev.myriad.pubsub.Kept;
import dev.myriad.pubsub.Position;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** A node that notes what it knows of topics in the log, and what its subscribers hear. */
final class LogReader implements Cluster.Node, ClusterLog.Listener {
    final BusCluster cluster;
    private final LogKind kind;
    private final Map<String, List<String>> known = new HashMap<>();
    private final List<String> heard = new ArrayList<>();
    private final List<String> holes = new ArrayList<>();

    LogReader(BusCluster cluster, LogKind kind, List<String> topics, HistoryRule rule) {
        this.cluster = cluster;
        this.kind = kind;
        cluster.begin(this, Duration.ofHours(1), true);
        for (String topic : topics) {
            known.put(topic, new ArrayList<>());
            cluster.came(topic);
            log().came(topic, rule);
        }
    }

    private ClusterLog log() {
        return kind == LogKind.STATES ? cluster.states() : cluster.histories();
    }

    private record Text(String text) implements ClusterLog.Sent {}

    void append(String topic, String text) {
        Payload payload = Payload.binary(text.getBytes(StandardCharsets.US_ASCII));
        assertThat(log().append(topic, "said", payload, new Text(text))).isTrue();
    }

    /** What it knows of the log of a topic. */
    List<String> known(String topic) {
        return Objects.requireNonNull(known.get(topic));
    }

    /** What was told to subscribers, by the log or past it. */
    List<String> heard() {
        return heard;
    }

    /** The topics of which something is missing in the log. */
    List<String> holes() {
        return holes;
    }

    private static String text(Payload payload) {
        return new String(payload.bytes(), StandardCharsets.US_ASCII);
    }

    @Override
    public void loaded(String topic, Position newest, List<Kept> messages, long floor) {
        known(topic).clear();
        messages.forEach(kept -> known(topic).add(text(kept.payload())));
    }

    @Override
    public void logged(
            String topic, Kept kept, boolean before, byte[] frame, Optional<ClusterLog.Sent> sent) {
        known(topic).add(text(kept.payload()));
        if (!before) {
            heard.add(text(kept.payload()));
        }
    }

    @Override
    public void unlogged(String topic, ClusterLog.Sent sent) {
        heard.add(((Text) sent).text);
    }

    @Override
    public void deliver(String topic, String event, Payload payload, byte[] frame) {
        heard.add(text(payload));
        cluster.histories().passedBy(topic);
    }

    @Override
    public void deliverLogged(String topic, String event, Payload payload, byte[] frame) {
        heard.add(text(payload));
        cluster.histories().toldPast(topic);
    }

    @Override
    public ClusterLog.Listener histories() {
        return this;
    }

    @Override
    public ClusterLog.Listener states() {
        return this;
    }

    @Override
    public void hole(String topic, Position place) {
        holes.add(topic);
    }

    @Override
    public void caughtUp(String topic) {}

    @Override
    public void lost(Predicate<String> topics) {}

    @Override
    public void track(String topic, Cluster.Member member, OptionalLong replaced) {}

    @Override
    public void untrack(String topic, Cluster.Member member) {}

    @Override
    public void disconnect(String id) {}
}
