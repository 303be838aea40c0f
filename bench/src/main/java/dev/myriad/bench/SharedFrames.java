package dev.myriad.bench;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Messages that many clients get, each kept once: what a client receives is compared, byte by byte,
 * with what others received before it, so that a message is read once for all, and half a message
 * costs a client an index. Confined to one thread.
 */
final class SharedFrames {
    private static final long BYTES_MAX = 512L << 20;

    private final Map<Integer, List<SharedFrame>> byLength = new HashMap<>();
    private final ArrayDeque<SharedFrame> oldestFirst = new ArrayDeque<>();
    private long bytes;

    /** A message of which one client has received a part. */
    static final class Part {
        private final int length;
        private Optional<SharedFrame> frame = Optional.empty();
        private int at;

        Part(int length) {
            this.length = length;
        }

        boolean isWhole() {
            return at == length;
        }

        SharedFrame frame() {
            return frame.orElseThrow();
        }
    }

    /** One that is whole. */
    SharedFrame of(byte[] message, int from, int to) {
        Part part = new Part(to - from);
        int _ = take(part, message, from, to);
        return part.frame();
    }

    /** Goes on with a part; how many bytes it took. */
    int take(Part part, byte[] received, int from, int to) {
        int count = Math.min(to - from, part.length - part.at);
        SharedFrame frame =
                part.frame
                        .filter(known -> known.agrees(part.at, received, from, count))
                        .orElseGet(() -> another(part, received, from, count));
        frame.learn(part.at, received, from, count);
        part.frame = Optional.of(frame);
        part.at += count;
        return count;
    }

    private SharedFrame another(Part part, byte[] received, int from, int count) {
        List<SharedFrame> all = byLength.computeIfAbsent(part.length, _ -> new ArrayList<>(1));
        for (int i = all.size() - 1; i >= 0; i--) {
            SharedFrame candidate = all.get(i);
            if (candidate.agrees(part.at, received, from, count)
                    && part.frame
                            .map(known -> candidate.agrees(0, known.bytes, 0, part.at))
                            .orElse(true)) {
                return candidate;
            }
        }
        SharedFrame made = new SharedFrame(part.length);
        part.frame.ifPresent(known -> made.learn(0, known.bytes, 0, part.at));
        all.add(made);
        oldestFirst.add(made);
        bytes += part.length;
        while (bytes > BYTES_MAX) {
            forget(oldestFirst.remove());
        }
        return made;
    }

    private void forget(SharedFrame oldest) {
        int length = oldest.bytes.length;
        bytes -= length;
        byLength.computeIfPresent(
                length,
                (_, all) -> {
                    all.removeFirst();
                    return all.isEmpty() ? null : all;
                });
    }
}
