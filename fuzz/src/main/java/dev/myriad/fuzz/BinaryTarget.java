package dev.myriad.fuzz;

import static dev.myriad.fuzz.Surrounded.demand;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.myriad.protocol.Envelope;
import dev.myriad.protocol.Payload;
import dev.myriad.protocol.Serializer;
import dev.myriad.testkit.Mutator;

/** Binary messages of version 2, pushes and those of supabase's clients, kind 3. */
final class BinaryTarget extends MessageTarget {
    private final ByteText text = new ByteText();
    private final ByteText part = new ByteText();

    @Override
    public byte[] make(Randomness random) {
        boolean kindThree = random.nextBoolean();
        byte[] joinRef = string(random, true);
        byte[] ref = string(random, true);
        byte[] topic = string(random, false);
        byte[] event = string(random, false);
        byte[] metadata = metadata(random);
        boolean json = random.nextBoolean();
        text.clear().add(random.oneIn(50) ? random.nextInt(6) : kindThree ? 3 : 0);
        text.add(joinRef.length).add(ref.length).add(topic.length).add(event.length);
        if (kindThree) {
            text.add(metadata.length);
            text.add(random.oneIn(50) ? random.nextInt(256) : json ? 1 : 0);
        }
        text.add(joinRef).add(ref).add(topic).add(event);
        if (kindThree) {
            text.add(metadata);
        }
        if (!json) {
            for (int i = random.nextInt(20); i > 0; i--) {
                text.add(random.nextInt(256));
            }
        } else if (random.oneIn(200)) {
            MadeJson.putDeep(text, random);
        } else {
            MadeJson.put(text, random, 3);
        }
        return Mutator.sometimes(text.toBytes(), random);
    }

    private byte[] string(Randomness random, boolean ref) {
        part.clear();
        if (ref && !random.oneIn(10)) {
            return random.oneIn(4)
                    ? new byte[0]
                    : part.add(Integer.toString(random.nextInt(1_100))).toBytes();
        }
        MadeText.put(part, random, 4);
        if (random.oneIn(20)) {
            part.add("\"\\\n\u0001");
        }
        if (random.oneIn(200)) {
            part.add("s".repeat(200));
        }
        return part.length() <= 255 ? part.toBytes() : new byte[0];
    }

    private byte[] metadata(Randomness random) {
        part.clear();
        if (random.nextBoolean()) {
            MadeJson.putObject(part, random, 1);
        }
        return part.length() <= 255 ? part.toBytes() : new byte[0];
    }

    @Override
    void decode(byte[] bytes, int from, int to, Envelope into) {
        Serializer.V2.decodeBinary(bytes, from, to, into);
    }

    @Override
    void accepted(byte[] input, Envelope envelope) {
        Payload payload = envelope.payload(Codec.NONE);
        String topic = envelope.topic();
        if (!envelope.binary()) {
            demand(payload.isObject() && envelope.event().equals("broadcast"), "no broadcast");
            demand(
                    Jackson.accepts(new String(payload.bytes(), UTF_8)),
                    "Jackson refuses the payload");
        }
        if (envelope.isNestedTooDeeply()) {
            return;
        }
        byte[] reply =
                Serializer.V2.reply(envelope.joinRef(), envelope.ref(), topic, "ok", payload);
        byte[] broadcast = Serializer.V2.broadcast(topic, envelope.event(), payload);
        demand(reply.length > 0 && broadcast.length > 0, "cannot be answered");
    }
}
