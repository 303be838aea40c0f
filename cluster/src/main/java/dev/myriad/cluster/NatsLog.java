package dev.myriad.cluster;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import dev.myriad.pubsub.Cluster;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.PurgeOptions;
import io.nats.client.PushSubscribeOptions;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.Republish;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import io.nats.client.api.StreamInfoOptions;
import io.nats.client.api.StreamState;
import io.nats.client.impl.Headers;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A log on JetStream: one stream of a cluster's, in files, which tells the nodes what it has
 * stored. Thread-safe.
 */
final class NatsLog implements LogStore {
    private static final Line FULL =
            Log.of(Cluster.class)
                    .error("the stream {} is full: the values of topics cannot be changed");

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int REPLICAS = 3;
    private static final int NOT_FOUND = 404;
    private static final int NO_MESSAGE = 10_037;
    private static final int NOT_CLUSTERED = 10_074;
    private static final int STORE_FAILED = 10_077;
    private static final String ID = "Nats-Msg-Id";

    private final NatsBus bus;
    private final LogKind kind;
    private final String stream;
    private final LogSubjects subjects;
    private final String run;
    private final long bytes;

    /**
     * @param run tells this node's messages from those of others
     * @param bytes what it may take of the servers' disks
     */
    NatsLog(
            NatsBus bus,
            LogKind kind,
            String cluster,
            LogSubjects subjects,
            String run,
            long bytes) {
        this.bus = bus;
        this.kind = kind;
        this.stream = (kind == LogKind.STATES ? "myriad_states-" : "myriad-") + cluster;
        this.subjects = subjects;
        this.run = run;
        this.bytes = bytes;
        bus.hears(kind, subjects.told(), subjects.acknowledged(run));
    }

    @Override
    public State open(Duration kept) throws IOException {
        return asked(
                connection -> {
                    JetStreamManagement streams = connection.jetStreamManagement();
                    StreamInfo _ = found(connection, streams, kept);
                    probe(connection);
                    if (kind == LogKind.STATES) { // in the other one they grow old
                        var _ =
                                streams.purgeStream(
                                        stream,
                                        PurgeOptions.builder()
                                                .subject(subjects.probe())
                                                .keep(1)
                                                .build());
                    }
                    return state(streams.getStreamInfo(stream));
                });
    }

    private void probe(Connection connection) throws IOException, JetStreamApiException {
        try {
            var _ = connection.jetStream().publish(subjects.probe(), new byte[0]);
        } catch (JetStreamApiException e) {
            if (e.getApiErrorCode() != STORE_FAILED || kind == LogKind.HISTORIES) {
                throw e;
            }
            FULL.tell(stream); // it can be read, and what makes room comes first
        }
    }

    @Override
    public State state() throws IOException {
        return asked(connection -> state(connection.jetStreamManagement().getStreamInfo(stream)));
    }

    private StreamInfo found(Connection connection, JetStreamManagement streams, Duration kept)
            throws IOException, JetStreamApiException {
        StreamInfo info;
        try {
            info = streams.getStreamInfo(stream);
        } catch (JetStreamApiException e) {
            if (e.getErrorCode() != NOT_FOUND) {
                throw e;
            }
            return made(connection, streams, kept);
        }
        StreamConfiguration present = info.getConfiguration();
        Duration longest = // other nodes may need other bounds
                kind == LogKind.STATES
                        ? Duration.ZERO
                        : longer(longer(present.getMaxAge(), kept), REPEATED_WITHIN);
        long most = present.getMaxBytes() <= 0 ? -1 : Math.max(present.getMaxBytes(), bytes);
        if (longest.equals(present.getMaxAge())
                && most == present.getMaxBytes()
                && REPEATED_WITHIN.equals(present.getDuplicateWindow())) {
            return info;
        }
        return streams.updateStream(
                StreamConfiguration.builder(present)
                        .maxAge(longest)
                        .maxBytes(most)
                        .duplicateWindow(REPEATED_WITHIN)
                        .build());
    }

    private StreamInfo made(Connection connection, JetStreamManagement streams, Duration kept)
            throws IOException, JetStreamApiException {
        Duration age = kind == LogKind.STATES ? Duration.ZERO : longer(kept, REPEATED_WITHIN);
        if (connection.getServers().size() >= REPLICAS) {
            try {
                return streams.addStream(configuration(age, REPLICAS));
            } catch (JetStreamApiException e) {
                if (e.getApiErrorCode() != NOT_CLUSTERED) {
                    throw e; // such as that not all servers are there yet
                }
            }
        }
        return streams.addStream(configuration(age, 1));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private StreamConfiguration configuration(Duration kept, int replicas) {
        return StreamConfiguration.builder()
                .name(stream)
                .description(
                        kind == LogKind.STATES
                                ? "changes of the values of topics"
                                : "messages of the topics that remember them")
                .subjects(subjects.all() + ">")
                .discardPolicy( // what is not known for sure is worth less than nothing
                        kind == LogKind.STATES ? DiscardPolicy.New : DiscardPolicy.Old)
                .republish(
                        Republish.builder()
                                .source(subjects.all() + ">")
                                .destination(subjects.told() + ">")
                                .build())
                .storageType(StorageType.File)
                .replicas(replicas)
                .maxAge(kept)
                .maxBytes(bytes)
                .duplicateWindow(REPEATED_WITHIN)
                .build();
    }

    private static State state(StreamInfo info) {
        Instant made = info.getCreateTime().toInstant();
        long nanos = made.getEpochSecond() * 1_000_000_000 + made.getNano();
        StreamState state = info.getStreamState();
        long most = info.getConfiguration().getMaxBytes();
        return new State(
                Long.toString(nanos, Character.MAX_RADIX),
                state.getFirstSequence(),
                state.getLastSequence(),
                state.getByteCount(),
                most <= 0 ? Long.MAX_VALUE : most);
    }

    @Override
    public boolean append(long session, String subject, long id, byte[] message) {
        Headers headers = new Headers().put(ID, run + "-" + id);
        return bus.publish(session, subject, subjects.acknowledged(run) + id, headers, message);
    }

    @Override
    public void trim(String subject, long upTo) throws IOException {
        var _ =
                asked(
                        connection ->
                                connection
                                        .jetStreamManagement()
                                        .purgeStream(
                                                stream,
                                                PurgeOptions.builder()
                                                        .subject(subject)
                                                        .sequence(upTo + 1)
                                                        .build()));
    }

    @Override
    public long bytesMax() {
        return bus.payloadBytesMax();
    }

    @Override
    public Optional<byte[]> get(long sequence) throws IOException {
        return asked(
                connection -> {
                    try {
                        MessageInfo found =
                                connection.jetStreamManagement().getMessage(stream, sequence);
                        return Optional.of(Objects.requireNonNull(found.getData()));
                    } catch (JetStreamApiException e) {
                        if (isNothing(e)) {
                            return Optional.empty();
                        }
                        throw e;
                    }
                });
    }

    @Override
    public long last(String subject) throws IOException {
        return asked(
                connection -> {
                    try {
                        MessageInfo newest =
                                connection.jetStreamManagement().getLastMessage(stream, subject);
                        return newest.getSeq();
                    } catch (JetStreamApiException e) {
                        if (isNothing(e)) {
                            return 0L;
                        }
                        throw e;
                    }
                });
    }

    @Override
    public long count(String subject) throws IOException {
        return asked(
                connection ->
                        connection
                                .jetStreamManagement()
                                .getStreamInfo(stream, StreamInfoOptions.filterSubjects(subject))
                                .getStreamState()
                                .getSubjectMap()
                                .getOrDefault(subject, 0L));
    }

    @Override
    public void read(String filter, long from, long upTo, Reader reader) throws IOException {
        if (upTo < from) {
            return;
        }
        PushSubscribeOptions options =
                PushSubscribeOptions.builder().stream(stream)
                        .ordered(true)
                        .configuration(
                                ConsumerConfiguration.builder()
                                        .deliverPolicy(DeliverPolicy.ByStartSequence)
                                        .startSequence(Math.max(1, from))
                                        .build())
                        .build();
        Boolean _ =
                asked(
                        connection -> {
                            JetStreamSubscription reading;
                            try {
                                reading = connection.jetStream().subscribe(filter, options);
                            } catch (JetStreamApiException e) {
                                return readEach(connection, filter, from, upTo, reader);
                            }
                            try {
                                return read(reading, upTo, reader);
                            } finally {
                                reading.unsubscribe();
                            }
                        });
    }

    /** One after the other, which needs less of the servers: none that leads them all. */
    private boolean readEach(
            Connection connection, String filter, long from, long upTo, Reader reader)
            throws IOException, JetStreamApiException {
        JetStreamManagement streams = connection.jetStreamManagement();
        long next = Math.max(1, from);
        while (next <= upTo) {
            MessageInfo message;
            try {
                message = streams.getNextMessage(stream, next, filter);
            } catch (JetStreamApiException e) {
                if (isNothing(e)) {
                    return true;
                }
                throw e;
            }
            String subject = Objects.requireNonNull(message.getSubject());
            reader.take(message.getSeq(), subject, Objects.requireNonNull(message.getData()));
            next = message.getSeq() + 1;
        }
        return true;
    }

    private static boolean isNothing(JetStreamApiException e) {
        return e.getApiErrorCode() == NO_MESSAGE || e.getErrorCode() == NOT_FOUND;
    }

    private static boolean read(JetStreamSubscription reading, long upTo, Reader reader)
            throws IOException, InterruptedException {
        while (true) {
            Message message = reading.nextMessage(PATIENCE);
            if (message == null) {
                throw new IOException("the log does not go on");
            }
            long sequence = message.metaData().streamSequence();
            reader.take(sequence, message.getSubject(), message.getData());
            if (message.metaData().pendingCount() == 0 && sequence >= upTo) {
                return true;
            }
        }
    }

    /** Something that the servers answer. */
    private interface Question<T> {
        T ask(Connection connection)
                throws IOException, JetStreamApiException, InterruptedException;
    }

    private <T> T asked(Question<T> question) throws IOException {
        Connection connection = bus.connected();
        try {
            return question.ask(connection);
        } catch (JetStreamApiException | IllegalStateException e) {
            throw new IOException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
