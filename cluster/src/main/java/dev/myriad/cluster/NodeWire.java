package dev.myriad.cluster;

import dev.myriad.protocol.Payload;
import dev.myriad.protocol.Serializer;
import dev.myriad.pubsub.Cluster.Member;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * The bytes of {@link NodeMessage}s: a version, a kind, the origin, and what the kind has; numbers
 * in network order, strings as a length of two bytes and UTF-8. Whoever reads a version that it
 * does not know refuses it and goes on, so that two releases can run side by side.
 */
final class NodeWire {
    static final byte VERSION = 1;

    private static final long NUMBER_MAX = 1L << 56;

    /** Where the number of a counted message stands, for {@link #number}. */
    private static final int SEQUENCE_AT = 12;

    /** Where the id of a message that goes to the log stands, for {@link #identify}. */
    private static final int ID_AT = 10;

    private static final byte PUBLISH = 1;
    private static final byte TRACK = 2;
    private static final byte UNTRACK = 3;
    private static final byte BEAT = 4;
    private static final byte SYNC = 5;
    private static final byte SYNCED = 6;
    private static final byte DISCONNECT = 7;
    private static final byte LOGGED = 8;
    private static final byte HOLE = 9;
    private static final byte STORED = 10;
    private static final byte PAST = 11;
    private static final byte STORED_STATES = 12;

    private static final int BINARY = 1;
    private static final int FRAMED = 2;
    private static final int USER_EVENT = 4;

    private static final int REPLACES = 1;
    private static final int LAST = 1;
    private static final int COMPLETE = 1;
    private static final byte[] NOTHING = {};

    private NodeWire() {}

    // ---- writing

    static byte[] bytes(NodeMessage message) {
        return switch (message) {
            case NodeMessage.Publish it ->
                    body(
                            counted(PUBLISH, it.origin(), it.bucket(), it.sequence()),
                            new Body(it.topic(), it.event(), it.payload(), it.frame()));
            case NodeMessage.Track it -> bytes(it);
            case NodeMessage.Untrack it ->
                    counted(UNTRACK, it.origin(), it.bucket(), it.sequence())
                            .string(it.topic())
                            .i64(it.id())
                            .bytes();
            case NodeMessage.Beat it -> bytes(it);
            case NodeMessage.Sync it -> bytes(it);
            case NodeMessage.Synced it -> bytes(it);
            case NodeMessage.Disconnect it ->
                    begin(DISCONNECT, it.origin()).string(it.id()).bytes();
            case NodeMessage.Past it ->
                    body(
                            counted(PAST, it.origin(), it.bucket(), it.sequence())
                                    .i64(it.id())
                                    .i64(it.place()),
                            new Body(it.topic(), it.event(), it.payload(), it.frame()));
            case NodeMessage.Logged it ->
                    body(
                            begin(LOGGED, it.origin()).i64(it.id()).i64(it.atMillis()),
                            new Body(it.topic(), it.event(), it.payload(), it.frame()));
            case NodeMessage.Hole it ->
                    begin(HOLE, it.origin()).i64(it.id()).string(it.topic()).bytes();
            case NodeMessage.Stored it ->
                    lasts(begin(stored(it.log()), it.origin()), it.lasts()).bytes();
        };
    }

    private static byte stored(LogKind log) {
        return switch (log) {
            case HISTORIES -> STORED;
            case STATES -> STORED_STATES;
        };
    }

    /** Gives a message that is counted its number. */
    static void number(byte[] bytes, long sequence) {
        ByteBuffer.wrap(bytes).putLong(SEQUENCE_AT, sequence);
    }

    /** Gives a message that goes to the log its id. */
    static void identify(byte[] bytes, long id) {
        ByteBuffer.wrap(bytes).putLong(ID_AT, id);
    }

    /** What is said in a topic. */
    @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
    private record Body(String topic, String event, Payload payload, byte[] frame) {}

    /**
     * The payload lies within the frame, as its last bytes but for the bracket of a text: so it is
     * sent once.
     */
    private static byte[] body(Out out, Body body) {
        Payload payload = body.payload;
        boolean framed = body.frame.length > 0;
        int flags =
                (payload.isBinary() ? BINARY : 0)
                        | (framed ? FRAMED : 0)
                        | (payload.userEvent().isPresent() ? USER_EVENT : 0);
        out.i8(flags).string(body.topic).string(body.event);
        payload.userEvent().ifPresent(out::string);
        out.i32(payload.bytes().length);
        return out.raw(framed ? body.frame : payload.bytes()).bytes();
    }

    private static byte[] bytes(NodeMessage.Track it) {
        Out out =
                counted(TRACK, it.origin(), it.bucket(), it.sequence())
                        .i8(it.replaced().isPresent() ? REPLACES : 0)
                        .string(it.topic());
        it.replaced().ifPresent(out::i64);
        return member(out, it.member()).bytes();
    }

    private static Out member(Out out, Member member) {
        return out.i64(member.id())
                .string(member.key())
                .i32(member.meta().bytes().length)
                .raw(member.meta().bytes());
    }

    private static byte[] bytes(NodeMessage.Beat it) {
        Out out = begin(BEAT, it.origin()).i8(it.kind().code).string(it.name());
        return lasts(out, it.lasts()).bytes();
    }

    private static Out lasts(Out out, List<NodeMessage.Last> lasts) {
        out.i32(lasts.size());
        lasts.forEach(last -> out.i16(last.bucket()).i64(last.sequence()));
        return out;
    }

    private static byte[] bytes(NodeMessage.Sync it) {
        Out out = begin(SYNC, it.origin()).i64(it.round()).i32(it.buckets().length);
        for (int bucket : it.buckets()) {
            out.i16(bucket);
        }
        return out.bytes();
    }

    private static byte[] bytes(NodeMessage.Synced it) {
        Out out =
                begin(SYNCED, it.origin())
                        .i64(it.round())
                        .i8(it.last() ? LAST : 0)
                        .i32(it.contents().size());
        for (NodeMessage.Content content : it.contents()) {
            out.i16(content.bucket())
                    .i64(content.sequence())
                    .i16(content.part())
                    .i8(content.complete() ? COMPLETE : 0)
                    .i32(content.present().size());
            for (NodeMessage.Present present : content.present()) {
                member(out.string(present.topic()), present.member());
            }
        }
        return out.bytes();
    }

    private static Out counted(byte kind, long origin, int bucket, long sequence) {
        return begin(kind, origin).i16(bucket).i64(sequence);
    }

    private static Out begin(byte kind, long origin) {
        return new Out().i8(VERSION).i8(kind).i64(origin);
    }

    /** Grows as it is written to. */
    private static final class Out {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);

        Out i8(int value) {
            bytes.write(value);
            return this;
        }

        Out i16(int value) {
            return i8(value >>> 8).i8(value);
        }

        Out i32(int value) {
            return i16(value >>> 16).i16(value);
        }

        Out i64(long value) {
            return i32((int) (value >>> 32)).i32((int) value);
        }

        Out string(String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            if (utf8.length > 0xffff) {
                throw new IllegalArgumentException(
                        "a name of %,d bytes, where 65,535 may be".formatted(utf8.length));
            }
            return i16(utf8.length).raw(utf8);
        }

        Out raw(byte[] some) {
            bytes.writeBytes(some);
            return this;
        }

        byte[] bytes() {
            return bytes.toByteArray();
        }
    }

    // ---- reading

    /** Bytes that are no message, or one of a version that is not known. */
    static final class UnreadableException extends Exception {
        private static final long serialVersionUID = 1;

        UnreadableException(String message) {
            super(message);
        }
    }

    static NodeMessage read(byte[] bytes) throws UnreadableException {
        try {
            return read(ByteBuffer.wrap(bytes));
        } catch (BufferUnderflowException e) {
            throw new UnreadableException("it ends too early, after " + bytes.length + " bytes");
        }
    }

    private static NodeMessage read(ByteBuffer in) throws UnreadableException {
        byte version = in.get();
        if (version != VERSION) {
            throw new UnreadableException("version " + version + ", which is not known here");
        }
        byte kind = in.get();
        long origin = in.getLong();
        NodeMessage message =
                switch (kind) {
                    case PUBLISH -> publish(in, origin);
                    case TRACK -> track(in, origin);
                    case UNTRACK ->
                            new NodeMessage.Untrack(
                                    origin, bucket(in), number(in), string(in), in.getLong());
                    case BEAT -> beat(in, origin);
                    case SYNC -> sync(in, origin);
                    case SYNCED -> synced(in, origin);
                    case DISCONNECT -> new NodeMessage.Disconnect(origin, string(in));
                    case LOGGED -> logged(in, origin);
                    case PAST -> past(in, origin);
                    case STORED -> new NodeMessage.Stored(origin, LogKind.HISTORIES, lasts(in));
                    case STORED_STATES -> new NodeMessage.Stored(origin, LogKind.STATES, lasts(in));
                    case HOLE -> new NodeMessage.Hole(origin, number(in), string(in));
                    default -> throw new UnreadableException("kind " + kind + " is not known here");
                };
        if (in.hasRemaining()) {
            throw new UnreadableException(in.remaining() + " bytes too many");
        }
        return message;
    }

    /** What counts something: one that no count comes to would end all counting. */
    private static long number(ByteBuffer in) throws UnreadableException {
        long number = in.getLong();
        if (number < 0 || number > NUMBER_MAX) {
            throw new UnreadableException("the number " + number);
        }
        return number;
    }

    private static NodeMessage publish(ByteBuffer in, long origin) throws UnreadableException {
        int bucket = bucket(in);
        long sequence = number(in);
        Body body = body(in);
        return new NodeMessage.Publish(
                origin, bucket, sequence, body.topic, body.event, body.payload, body.frame);
    }

    private static NodeMessage past(ByteBuffer in, long origin) throws UnreadableException {
        int bucket = bucket(in);
        long sequence = number(in);
        long id = number(in);
        long place = number(in);
        Body body = body(in);
        return new NodeMessage.Past(
                origin,
                bucket,
                sequence,
                id,
                place,
                body.topic,
                body.event,
                body.payload,
                body.frame);
    }

    private static NodeMessage logged(ByteBuffer in, long origin) throws UnreadableException {
        long id = number(in);
        long atMillis = in.getLong();
        Body body = body(in);
        return new NodeMessage.Logged(
                origin, id, atMillis, body.topic, body.event, body.payload, body.frame);
    }

    private static Body body(ByteBuffer in) throws UnreadableException {
        int flags = in.get();
        String topic = string(in);
        String event = string(in);
        boolean ofUser = (flags & USER_EVENT) != 0;
        String userEvent = ofUser ? string(in) : "";
        boolean binary = (flags & BINARY) != 0;
        boolean framed = (flags & FRAMED) != 0;
        int length = in.getInt();
        byte[] rest = raw(in, in.remaining());
        int end = rest.length - (framed && !binary ? 1 : 0);
        if (length < 0 || length > end || (!framed && length != end) || (ofUser && !binary)) {
            throw new UnreadableException("a payload of " + length + " bytes in " + rest.length);
        }
        byte[] payload = framed ? Arrays.copyOfRange(rest, end - length, end) : rest;
        return new Body(
                topic,
                event,
                ofUser
                        ? Payload.userBroadcast(userEvent, payload)
                        : binary ? Payload.binary(payload) : Payload.json(payload),
                framed ? rest : NOTHING);
    }

    private static NodeMessage track(ByteBuffer in, long origin) throws UnreadableException {
        int bucket = bucket(in);
        long sequence = number(in);
        boolean replaces = (in.get() & REPLACES) != 0;
        String topic = string(in);
        OptionalLong replaced = replaces ? OptionalLong.of(in.getLong()) : OptionalLong.empty();
        return new NodeMessage.Track(origin, bucket, sequence, topic, member(in, origin), replaced);
    }

    private static Member member(ByteBuffer in, long origin) throws UnreadableException {
        long id = in.getLong();
        String key = string(in);
        return new Member(origin, id, key, Payload.json(raw(in, in.getInt())));
    }

    private static NodeMessage beat(ByteBuffer in, long origin) throws UnreadableException {
        NodeMessage.Beat.Kind kind = kind(in.get());
        String name = string(in);
        return new NodeMessage.Beat(origin, kind, name, lasts(in));
    }

    private static List<NodeMessage.Last> lasts(ByteBuffer in) throws UnreadableException {
        int count = count(in, 10);
        List<NodeMessage.Last> lasts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            lasts.add(new NodeMessage.Last(bucket(in), number(in)));
        }
        return lasts;
    }

    private static NodeMessage.Beat.Kind kind(int code) throws UnreadableException {
        for (NodeMessage.Beat.Kind kind : NodeMessage.Beat.Kind.values()) {
            if (kind.code == code) {
                return kind;
            }
        }
        throw new UnreadableException("a beat of kind " + code);
    }

    private static NodeMessage sync(ByteBuffer in, long origin) throws UnreadableException {
        long round = in.getLong();
        int[] buckets = new int[count(in, 2)];
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = bucket(in);
        }
        return new NodeMessage.Sync(origin, round, buckets);
    }

    private static NodeMessage synced(ByteBuffer in, long origin) throws UnreadableException {
        long round = in.getLong();
        boolean last = in.get() == LAST;
        int count = count(in, 17);
        List<NodeMessage.Content> contents = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int bucket = bucket(in);
            long sequence = number(in);
            int part = in.getShort() & 0xffff;
            boolean complete = in.get() == COMPLETE;
            int members = count(in, 16);
            List<NodeMessage.Present> present = new ArrayList<>(members);
            for (int j = 0; j < members; j++) {
                present.add(new NodeMessage.Present(string(in), member(in, origin)));
            }
            contents.add(new NodeMessage.Content(bucket, sequence, part, complete, present));
        }
        return new NodeMessage.Synced(origin, round, last, contents);
    }

    private static int bucket(ByteBuffer in) {
        return in.getShort() & 0xffff;
    }

    /** How many there are, if there can be as many. */
    private static int count(ByteBuffer in, int bytesEach) throws UnreadableException {
        int count = in.getInt();
        if (count < 0 || (long) count * bytesEach > in.remaining()) {
            throw new UnreadableException(count + " of something in " + in.remaining() + " bytes");
        }
        return count;
    }

    private static String string(ByteBuffer in) throws UnreadableException {
        return new String(raw(in, in.getShort() & 0xffff), StandardCharsets.UTF_8);
    }

    private static byte[] raw(ByteBuffer in, int length) throws UnreadableException {
        if (length < 0 || length > in.remaining()) {
            throw new UnreadableException(length + " bytes where " + in.remaining() + " are left");
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    /** What clients of version 2 get; nothing if that has no form for it. */
    static byte[] frame(String topic, String event, Payload payload) {
        try {
            return Serializer.V2.broadcast(topic, event, payload);
        } catch (IllegalArgumentException tooLong) { // a name, for a binary frame
            return NOTHING;
        }
    }
}
