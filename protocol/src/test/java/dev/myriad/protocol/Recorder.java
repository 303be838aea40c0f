package dev.myriad.protocol;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes down what a decoder hands on, one line an event. Confined to its test. */
final class Recorder implements FrameDecoder.Sink {
    private final List<String> events = new ArrayList<>();

    /**
     * What comes out when the bytes arrive in chunks that end at the given places; a refusal is the
     * last event.
     */
    static List<String> record(FrameDecoder decoder, byte[] bytes, int... ends) {
        Recorder recorder = new Recorder();
        byte[] own = bytes.clone();
        Partial pending = null;
        try {
            int from = 0;
            for (int end : ends) {
                pending = decoder.decode(pending, own, from, end, recorder);
                from = end;
            }
            recorder.rest(decoder.decode(pending, own, from, own.length, recorder));
        } catch (ProtocolException e) {
            recorder.events.add("refused " + e.closeCode());
        }
        return recorder.events;
    }

    List<String> events() {
        return events;
    }

    private void rest(@Nullable Partial rest) {
        if (rest != null && rest != Partial.CLOSED) {
            events.add("unfinished");
        }
    }

    @Override
    public void text(byte[] bytes, int from, int to) {
        events.add("text " + new String(bytes, from, to - from, StandardCharsets.UTF_8));
    }

    @Override
    public void binary(byte[] bytes, int from, int to) {
        events.add("binary " + hex(bytes, from, to));
    }

    @Override
    public void ping(byte[] bytes, int from, int to) {
        events.add("ping " + hex(bytes, from, to));
    }

    @Override
    public void pong(byte[] bytes, int from, int to) {
        events.add("pong " + hex(bytes, from, to));
    }

    @Override
    public void close(int code, String reason) {
        events.add("close " + code + " " + reason);
    }

    private static String hex(byte[] bytes, int from, int to) {
        return HexFormat.of().formatHex(bytes, from, to);
    }
}
