package dev.myriad.cluster;

import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.Cluster.Member;
import java.util.List;
import java.util.OptionalLong;

/** What nodes tell each other. {@link NodeWire} has the bytes. */
@SuppressWarnings("ArrayRecordComponent") // carriers, never compared
sealed interface NodeMessage {
    /** The run of a node that sent it: another one after each start. */
    long origin();

    /**
     * A message to a topic.
     *
     * @param sequence counts what the origin sends to that bucket, without a gap
     * @param frame what clients of version 2 get; empty if there is none
     */
    record Publish(
            long origin,
            int bucket,
            long sequence,
            String topic,
            String event,
            Payload payload,
            byte[] frame)
            implements NodeMessage {}

    /** Someone is present in a topic. It is counted as {@link Publish} is. */
    record Track(
            long origin,
            int bucket,
            long sequence,
            String topic,
            Member member,
            OptionalLong replaced)
            implements NodeMessage {}

    /** Someone is present no longer. It is counted as {@link Publish} is. */
    record Untrack(long origin, int bucket, long sequence, String topic, long id)
            implements NodeMessage {}

    /** Who the origin is, and that it is there. */
    record Beat(long origin, Kind kind, String name, List<Last> lasts) implements NodeMessage {
        /** Why it is sent. */
        enum Kind {
            /** It is time. */
            PULSE(0),
            /** The origin has just come, and does not know who is there: answer. */
            HELLO(1),
            /** It is gone. */
            GOODBYE(2),
            /** The origin was cut off, and does not know who is there: answer. */
            BACK(3);

            /** What stands for it on the wire. */
            final int code;

            Kind(int code) {
                this.code = code;
            }
        }
    }

    /** The last number that the origin has sent to a bucket. */
    record Last(int bucket, long sequence) {}

    /** The origin listens to these buckets: where are they, and who is present there? */
    record Sync(long origin, long round, int[] buckets) implements NodeMessage {}

    /**
     * The answer to {@link Sync}, in parts.
     *
     * @param last whether there are no further parts
     */
    record Synced(long origin, long round, boolean last, List<Content> contents)
            implements NodeMessage {}

    /**
     * A bucket of the origin's, or a part of it.
     *
     * @param part counts the parts of it, from 0
     * @param complete whether there are no further parts of it
     */
    record Content(int bucket, long sequence, int part, boolean complete, List<Present> present) {}

    /** Someone in a topic. */
    record Present(String topic, Member member) {}

    /** The connections with an id are to be closed. */
    record Disconnect(long origin, String id) implements NodeMessage {}

    /**
     * A message to a topic, by way of the log.
     *
     * @param id counts what the origin hands to the log
     * @param atMillis when it was sent, since 1970
     * @param frame as of {@link Publish}
     */
    record Logged(
            long origin,
            long id,
            long atMillis,
            String topic,
            String event,
            Payload payload,
            byte[] frame)
            implements NodeMessage {
        Logged identified(long given) {
            return new Logged(origin, given, atMillis, topic, event, payload, frame);
        }
    }

    /**
     * A message to a topic with a history that the log has not taken, or may not have told. It is
     * counted as {@link Publish} is.
     *
     * @param id that it has in the log, if it is there after all: a node's ids rise, and so what is
     *     told late is known to be late; 0 if it can never be there
     * @param place where the log has it, which has gone away: who knew the topic then may have
     *     missed it all the same; 0 if it has not said that it has it
     */
    record Past(
            long origin,
            int bucket,
            long sequence,
            long id,
            long place,
            String topic,
            String event,
            Payload payload,
            byte[] frame)
            implements NodeMessage {}

    /** The last places in a log of what the origin has stored there lately, by bucket. */
    record Stored(long origin, LogKind log, List<Last> lasts) implements NodeMessage {}

    /** Messages of the origin's to a topic were not logged, and cannot be had. */
    record Hole(long origin, long id, String topic) implements NodeMessage {}
}
