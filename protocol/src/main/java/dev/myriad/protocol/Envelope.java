package dev.myriad.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A view of one decoded message: it remembers where in the received bytes the parts lie and builds
 * objects only when asked, or holds the parts that {@link #fill} was given. Confined to the thread
 * that decodes; reusable, and valid only until the next decode or until the bytes change.
 *
 * <p>After a decode that failed it holds nothing of use.
 */
public final class Envelope {
    private byte[] source = {};
    private boolean binary;
    private int joinRefFrom;
    private int joinRefTo;
    private int refFrom;
    private int refTo;
    private int topicFrom;
    private int topicTo;
    private boolean topicEscaped;
    private int eventFrom;
    private int eventTo;
    private boolean eventEscaped;
    private int payloadFrom;
    private int payloadTo;
    private @Nullable String topic;
    private @Nullable String event;
    private @Nullable String userEvent;
    private @Nullable Payload emptyPayload;
    private boolean nestedTooDeeply;

    /** What {@link #fill} was given; its bytes do not lie in the source. */
    private @Nullable Payload given;

    public Envelope() {}

    /**
     * Holds a message whose parts have been decoded already, as serializers of your own do it.
     *
     * @param joinRef the text of the join's ref, empty for none
     * @param ref the text of the message's ref, empty for none
     * @param payload binary, or any JSON value
     * @throws ProtocolException if a ref is longer than {@link Ref#BYTES_MAX} or the payload is
     *     neither
     */
    public void fill(String joinRef, String ref, String topic, String event, Payload payload) {
        byte[] parts =
                new byte
                        [Utf8.length(joinRef)
                                + Utf8.length(ref)
                                + Utf8.length(topic)
                                + Utf8.length(event)];
        int refAt = Utf8.write(joinRef, parts, 0);
        int topicAt = Utf8.write(ref, parts, refAt);
        int eventAt = Utf8.write(topic, parts, topicAt);
        Utf8.write(event, parts, eventAt);
        Ref.check(parts, 0, refAt);
        Ref.check(parts, refAt, topicAt);
        begin(parts, true);
        joinRefAt(0, refAt);
        refAt(refAt, topicAt);
        topicAt(topicAt, eventAt);
        eventAt(eventAt, parts.length);
        payloadAt(parts.length, parts.length);
        given = payload;
        if (!payload.isBinary()) {
            byte[] json = payload.bytes();
            int end = endOf(JsonScanner.scan(json, 0, json.length));
            JsonScanner.checkEnd(json, end, json.length);
        }
    }

    /**
     * The token of the join this message belongs to (see {@link Ref}), null if the client gave
     * none.
     */
    public byte @Nullable [] joinRef() {
        return token(joinRefFrom, joinRefTo);
    }

    public boolean hasJoinRef() {
        return isToken(joinRefFrom, joinRefTo);
    }

    /** Whether {@link #joinRef} equals the token, without building it; null equals null. */
    public boolean joinRefIs(byte @Nullable [] token) {
        if (token == null || !hasJoinRef()) {
            return token == null && !hasJoinRef();
        }
        if (!binary) {
            return Bytes.equal(source, joinRefFrom, joinRefTo, token);
        }
        return Ref.isQuoted(token, source, joinRefFrom, joinRefTo);
    }

    /**
     * The token that the reply to this message has to carry (see {@link Ref}), null if the client
     * expects none.
     */
    public byte @Nullable [] ref() {
        return token(refFrom, refTo);
    }

    public String topic() {
        String known = topic;
        if (known == null) {
            known = text(topicFrom, topicTo, topicEscaped);
            topic = known;
        }
        return known;
    }

    /** Whether {@link #topic} has these UTF-8 bytes, without building it. */
    public boolean topicIs(byte[] utf8) {
        return topicEscaped
                ? JsonString.is(utf8, source, topicFrom, topicTo)
                : Bytes.equal(source, topicFrom, topicTo, utf8);
    }

    public String event() {
        String known = event;
        if (known == null) {
            known = text(eventFrom, eventTo, eventEscaped);
            event = known;
        }
        return known;
    }

    /** Whether {@link #event} has these UTF-8 bytes, without building it. */
    public boolean eventIs(byte[] utf8) {
        return eventEscaped
                ? JsonString.is(utf8, source, eventFrom, eventTo)
                : Bytes.equal(source, eventFrom, eventTo, utf8);
    }

    /**
     * Whether the message has JSON in it that is nested deeper than {@link JsonScanner#DEPTH_MAX}:
     * then it is not to be handed on, but can be answered.
     */
    public boolean isNestedTooDeeply() {
        return nestedTooDeeply;
    }

    /** Whether the payload is raw binary, otherwise it is JSON. */
    public boolean binary() {
        return given == null ? binary : given.isBinary();
    }

    /**
     * The payload with a copy of its bytes, so that it may outlive this view; the empty JSON object
     * is shared.
     */
    public Payload payload(JsonCodec codec) {
        if (given != null) {
            return given;
        }
        if (binary) {
            byte[] bytes = Arrays.copyOfRange(source, payloadFrom, payloadTo);
            return userEvent == null
                    ? Payload.binary(bytes)
                    : Payload.userBroadcast(userEvent, bytes);
        }
        if (!Bytes.equal(source, payloadFrom, payloadTo, Payload.EMPTY_OBJECT)) {
            return Payload.json(Arrays.copyOfRange(source, payloadFrom, payloadTo), codec);
        }
        Payload known = emptyPayload;
        if (known == null || !known.hasCodec(codec)) {
            known = Payload.json(Payload.EMPTY_OBJECT, codec);
            emptyPayload = known;
        }
        return known;
    }

    /** Where in {@link #source} the payload starts, unless {@link #fill} was given it. */
    int payloadFrom() {
        return payloadFrom;
    }

    /** Where in {@link #source} the payload ends. */
    int payloadTo() {
        return payloadTo;
    }

    /**
     * The bytes that were decoded: the caller's own, no copy. Of what {@link UserBroadcast} reads
     * and {@link #fill} was given they are others.
     */
    byte[] source() {
        return source;
    }

    void begin(byte[] bytes, boolean isBinary) {
        source = bytes;
        binary = isBinary;
        topic = null;
        event = null;
        userEvent = null;
        given = null;
        nestedTooDeeply = false;
        joinRefFrom = 0;
        joinRefTo = 0;
    }

    /** The end of a value that {@link JsonScanner#scan} found; its depth is remembered. */
    int endOf(int scanned) {
        if (scanned < 0) {
            nestedTooDeeply = true;
            return ~scanned;
        }
        return scanned;
    }

    /**
     * In text a token with its quotes or {@code null}, in binary a plain string, empty for none;
     * the same for {@link #refAt}.
     */
    void joinRefAt(int from, int to) {
        joinRefFrom = from;
        joinRefTo = to;
    }

    void refAt(int from, int to) {
        refFrom = from;
        refTo = to;
    }

    /** Without quotes; the same for {@link #eventAt}. */
    void topicAt(int from, int to) {
        topicFrom = from;
        topicTo = to;
        topicEscaped = !binary && JsonString.hasEscapes(source, from, to);
    }

    void eventAt(int from, int to) {
        eventFrom = from;
        eventTo = to;
        eventEscaped = !binary && JsonString.hasEscapes(source, from, to);
    }

    /** The event within the event, of {@link Payload#userBroadcast}. */
    void userEventIs(String name) {
        userEvent = name;
    }

    void payloadAt(int from, int to) {
        payloadFrom = from;
        payloadTo = to;
    }

    private boolean isToken(int from, int to) {
        return from < to && (binary || source[from] != 'n');
    }

    private byte @Nullable [] token(int from, int to) {
        if (from == to) {
            return null;
        }
        return binary ? Ref.quoted(source, from, to) : Ref.token(source, from, to);
    }

    private String text(int from, int to, boolean escaped) {
        if (escaped) {
            return new String(JsonString.unescape(source, from, to), StandardCharsets.UTF_8);
        }
        return new String(source, from, to - from, StandardCharsets.UTF_8);
    }
}
