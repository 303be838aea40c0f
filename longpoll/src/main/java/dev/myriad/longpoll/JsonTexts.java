package dev.myriad.longpoll;

import dev.myriad.protocol.FrameDecoder;
import java.util.Arrays;

/**
 * WebSocket frames as they stand in the answer to a poll: each text message a JSON string and a
 * comma. A binary message cannot travel this way and is left out. Confined to the call that makes
 * it.
 */
final class JsonTexts implements FrameDecoder.Sink {
    private static final FrameDecoder FRAMES =
            FrameDecoder.client(Integer.MAX_VALUE, Integer.MAX_VALUE);
    private static final byte[] HEX = {
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
    };
    private static final int ESCAPE_BYTES_MAX = 6;

    private final Counters counters;
    private byte[] text;
    private int length;

    private JsonTexts(Counters counters, int capacity) {
        this.counters = counters;
        this.text = new byte[capacity];
    }

    /** Takes complete, unmasked frames apart; empty if none is text. */
    static byte[] of(byte[] frames, Counters counters) {
        JsonTexts text = new JsonTexts(counters, frames.length + frames.length / 4);
        Object _ = FRAMES.decode(null, frames, 0, frames.length, text);
        return Arrays.copyOf(text.text, text.length);
    }

    @Override
    public void text(byte[] bytes, int from, int to) {
        add((byte) '"');
        for (int at = from; at < to; at++) {
            byte b = bytes[at];
            if (b == '"' || b == '\\') {
                add((byte) '\\');
                add(b);
            } else if (b >= 0 && b < ' ') {
                escape(b);
            } else {
                add(b);
            }
        }
        add((byte) '"');
        add((byte) ',');
    }

    private void escape(byte control) {
        add((byte) '\\');
        add((byte) 'u');
        add((byte) '0');
        add((byte) '0');
        add(HEX[control >> 4]);
        add(HEX[control & 0xF]);
    }

    private void add(byte b) {
        if (length == text.length) {
            text = Arrays.copyOf(text, 2 * length + ESCAPE_BYTES_MAX);
        }
        text[length++] = b;
    }

    @Override
    public void binary(byte[] bytes, int from, int to) {
        counters.binaryDropped.increment();
    }

    @Override
    public void ping(byte[] bytes, int from, int to) {}

    @Override
    public void pong(byte[] bytes, int from, int to) {}

    @Override
    public void close(int code, String reason) {}
}
