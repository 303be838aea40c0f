package dev.myriad.fuzz;

import static dev.myriad.fuzz.Surrounded.demand;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.myriad.examples.CborSerializer;
import dev.myriad.protocol.Envelope;
import dev.myriad.protocol.Payload;
import dev.myriad.testkit.Mutator;

/** Messages in CBOR, the example of a serializer of one's own. */
final class CborTarget extends MessageTarget {
    private static final int[] SIMPLE = {20, 21, 22, 23, 24, 25, 26, 27, 31, 0, 19};

    private final CborSerializer serializer = new CborSerializer();
    private final ByteText text = new ByteText();

    @Override
    public byte[] make(Randomness random) {
        text.clear();
        head(random, 4, random.oneIn(50) ? random.nextInt(8) : 5);
        for (int i = 0; i < 4; i++) {
            if (i < 2 && random.oneIn(3)) {
                text.add(0xF6);
            } else {
                string(random, 3);
            }
        }
        if (random.oneIn(4)) {
            string(random, 2);
        } else {
            map(random, 3);
        }
        return Mutator.sometimes(text.toBytes(), random);
    }

    private void item(Randomness random, int depth) {
        switch (random.nextInt(depth > 0 ? 12 : 8)) {
            case 0, 1 -> head(random, 0, random.nextInt(300));
            case 2 -> head(random, 1, random.nextInt());
            case 3 -> string(random, 2);
            case 4, 5 -> string(random, 3);
            case 6 -> text.add(0xE0 | SIMPLE[random.nextInt(SIMPLE.length)]);
            case 7 -> text.add(0xF9 + random.nextInt(3)).number(random.nextLong(), 8);
            case 8 -> {
                int count = random.nextInt(4);
                head(random, 4, count);
                for (int i = 0; i < count; i++) {
                    item(random, depth - 1);
                }
            }
            case 9 -> {
                head(random, 6, random.nextInt(random.nextBoolean() ? 6 : 300));
                item(random, depth - 1);
            }
            case 10 -> deep(random);
            default -> map(random, depth - 1);
        }
    }

    private void deep(Randomness random) {
        int depth = random.oneIn(20) ? random.nextInt(2_000) : 126 + random.nextInt(4);
        for (int i = 0; i < depth; i++) {
            text.add(0x81);
        }
        text.add(0);
    }

    private void map(Randomness random, int depth) {
        int count = random.nextInt(4);
        head(random, 5, count);
        for (int i = 0; i < count; i++) {
            if (random.oneIn(20)) {
                item(random, 0);
            } else {
                string(random, 3);
            }
            item(random, depth);
        }
    }

    private void string(Randomness random, int major) {
        ByteText content = new ByteText();
        MadeText.put(content, random, 3);
        head(random, major, content.length());
        text.add(content.toBytes());
    }

    private void head(Randomness random, int major, int argument) {
        int type = major << 5;
        if (random.oneIn(500)) {
            text.add(type | random.nextInt(32));
        } else if (argument >= 0 && argument < 24 && !random.oneIn(20)) {
            text.add(type | argument);
        } else if (argument >= 0 && argument < 256) {
            text.add(type | 24).add(argument);
        } else {
            text.add(type | 26).number(argument, 4);
        }
    }

    @Override
    void decode(byte[] bytes, int from, int to, Envelope into) {
        serializer.decodeBinary(bytes, from, to, into);
    }

    @Override
    void accepted(byte[] input, Envelope envelope) {
        Payload payload = envelope.payload(Codec.NONE);
        if (!payload.isBinary()) {
            demand(Jackson.accepts(new String(payload.bytes(), UTF_8)), "the payload is no JSON");
        }
        if (envelope.isNestedTooDeeply()) {
            return;
        }
        byte[] reply =
                serializer.reply(
                        envelope.joinRef(), envelope.ref(), envelope.topic(), "ok", payload);
        demand(reply.length > 0, "cannot be answered");
    }
}
