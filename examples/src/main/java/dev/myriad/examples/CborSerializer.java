package dev.myriad.examples;

import dev.myriad.channels.JacksonCodec;
import dev.myriad.protocol.CloseCode;
import dev.myriad.protocol.Envelope;
import dev.myriad.protocol.FrameEncoder;
import dev.myriad.protocol.Payload;
import dev.myriad.protocol.ProtocolException;
import dev.myriad.protocol.Ref;
import dev.myriad.protocol.Serializer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.cbor.CBORMapper;

/**
 * A message format of one's own: the five elements of version 2, as CBOR (RFC 8949) in binary
 * frames. A payload is a map, or a byte string if it is binary. Channels notice nothing: they see
 * JSON, whatever the client speaks. Thread-safe: no state.
 */
public final class CborSerializer implements Serializer {
    private static final CBORMapper CBOR = new CBORMapper();

    @Override
    public String version() {
        return "3.0.0";
    }

    @Override
    public boolean carriesBinary() {
        return true;
    }

    @Override
    public void decodeText(byte[] bytes, int from, int to, Envelope into) {
        throw new ProtocolException(CloseCode.UNSUPPORTED, "this version has no text messages");
    }

    @Override
    public void decodeBinary(byte[] bytes, int from, int to, Envelope into) {
        JsonNode message;
        try {
            message = CBOR.readTree(bytes, from, to - from);
        } catch (JacksonException e) {
            throw malformed(e.getOriginalMessage());
        }
        if (!message.isArray() || message.size() != 5) {
            throw malformed("not an array of five");
        }
        into.fill(
                text(message.get(0)),
                text(message.get(1)),
                text(message.get(2)),
                text(message.get(3)),
                payload(message.get(4)));
    }

    @Override
    public byte[] reply(
            byte @Nullable [] joinRef,
            byte @Nullable [] ref,
            String topic,
            String status,
            Payload response) {
        ObjectNode reply = CBOR.createObjectNode().put("status", status);
        reply.set("response", node(response));
        return frame(joinRef, ref, topic, "phx_reply", reply);
    }

    @Override
    public byte[] push(
            byte @Nullable [] joinRef,
            byte @Nullable [] ref,
            String topic,
            String event,
            Payload payload) {
        if (!payload.isBinary() && !payload.isObject()) {
            throw new IllegalArgumentException("the payload has to be an object");
        }
        return frame(joinRef, ref, topic, event, node(payload));
    }

    @Override
    public byte[] broadcast(String topic, String event, Payload payload) {
        return push(null, null, topic, event, payload);
    }

    private static byte[] frame(
            byte @Nullable [] joinRef,
            byte @Nullable [] ref,
            String topic,
            String event,
            JsonNode payload) {
        ArrayNode message = CBOR.createArrayNode();
        message.add(joinRef == null ? null : Ref.text(joinRef));
        message.add(ref == null ? null : Ref.text(ref));
        message.add(topic).add(event).add(payload);
        byte[] bytes = CBOR.writeValueAsBytes(message);
        return FrameEncoder.frame(FrameEncoder.BINARY, bytes, 0, bytes.length);
    }

    private static JsonNode node(Payload payload) {
        return payload.isBinary()
                ? CBOR.getNodeFactory().binaryNode(payload.bytes())
                : (JsonNode) JacksonCodec.SHARED.read(payload.bytes(), JsonNode.class);
    }

    private static Payload payload(JsonNode node) {
        if (node.isBinary()) {
            return Payload.binary(node.binaryValue());
        }
        return Payload.json(JacksonCodec.SHARED.write(node), JacksonCodec.SHARED);
    }

    private static String text(JsonNode node) {
        if (node.isNull()) {
            return "";
        }
        if (!node.isString()) {
            throw malformed("not a string");
        }
        return node.stringValue();
    }

    private static ProtocolException malformed(String reason) {
        return new ProtocolException(CloseCode.INVALID_PAYLOAD, "CBOR: " + reason);
    }
}
