package dev.myriad.fuzz;

import dev.myriad.protocol.FrameEncoder;

/**
 * Streams of WebSocket frames: messages whole and in fragments, control frames between these, every
 * encoding of a length, a close, and what breaks a rule. Used by one thread at a time.
 */
final class MadeFrames {
    private static final int[] LENGTHS = {0, 1, 7, 8, 124, 125, 126, 127, 128, 300};
    private static final int[] LONG = {1_000, 16_383, 16_384, 16_385, 40_000, 65_535, 65_536};
    private static final int[] CODES = {
        1000, 1001, 1002, 1005, 1006, 1015, 1016, 2999, 3000, 4999, 5000, 0, 999
    };
    private static final int FINAL = 0x80;

    private final boolean masked;
    private final ByteText payload = new ByteText();

    MadeFrames(boolean masked) {
        this.masked = masked;
    }

    void put(ByteText into, Randomness random) {
        for (int i = random.nextInt(4); i >= 0; i--) {
            boolean text = random.nextBoolean();
            int fragments = random.oneIn(3) ? 1 + random.nextInt(4) : 1;
            for (int j = 1; j <= fragments; j++) {
                int opcode = j > 1 ? 0 : text ? FrameEncoder.TEXT : FrameEncoder.BINARY;
                data(random, text);
                frame(into, random, (j == fragments ? FINAL : 0) | opcode);
                if (random.oneIn(5)) {
                    control(into, random);
                }
            }
        }
    }

    private void data(Randomness random, boolean text) {
        payload.clear();
        if (text) {
            MadeText.put(payload, random, 6);
        }
        if (!text || random.oneIn(8)) {
            boolean isLong = random.oneIn(200);
            int[] lengths = isLong ? LONG : LENGTHS;
            int length = lengths[random.nextInt(lengths.length)];
            int filling = text ? 'a' : random.nextInt(256);
            while (payload.length() < length) {
                payload.add(filling);
            }
        }
    }

    private void control(ByteText into, Randomness random) {
        payload.clear();
        int opcode = 8 + random.nextInt(random.oneIn(10) ? 8 : 3);
        if (opcode == FrameEncoder.CLOSE && !random.oneIn(4)) {
            payload.number(CODES[random.nextInt(CODES.length)], 2);
        }
        MadeText.put(payload, random, 3);
        frame(into, random, (random.oneIn(30) ? 0 : FINAL) | opcode);
    }

    private void frame(ByteText into, Randomness random, int firstByte) {
        int length = payload.length();
        boolean hasMask = masked != random.oneIn(200);
        int mask = hasMask ? 0x80 : 0;
        into.add(random.oneIn(200) ? firstByte | 0x10 << random.nextInt(3) : firstByte);
        int form = length < 126 ? 0 : length < 65_536 ? 1 : 2;
        form = random.oneIn(50) ? Math.max(form, random.nextInt(3)) : form; // longer than needed
        switch (form) {
            case 0 -> into.add(mask | length);
            case 1 -> into.add(mask | 126).number(length, 2);
            default -> into.add(mask | 127).number(length, 8);
        }
        byte[] bytes = payload.toBytes();
        if (hasMask) {
            int key = random.oneIn(3) ? 0 : (int) random.nextLong();
            into.number(key, 4);
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] ^= (byte) (key >>> (24 - 8 * (i & 3)));
            }
        }
        into.add(bytes);
    }
}
