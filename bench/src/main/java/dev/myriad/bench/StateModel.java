package dev.myriad.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.IdentityHashMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * The values of a topic as those clients know them who have got the same messages: one for all of
 * them. Confined to its thread.
 */
final class StateModel {
    private final long version;
    private final boolean more;
    private final SortedMap<String, String> values;
    private final IdentityHashMap<StateChange, StateModel> next = new IdentityHashMap<>();

    private StateModel(long version, boolean more, SortedMap<String, String> values) {
        this.version = version;
        this.more = more;
        this.values = values;
    }

    /** That of one who has been told nothing. */
    static StateModel empty() {
        return new StateModel(-1, false, new TreeMap<>());
    }

    long version() {
        return version;
    }

    /** Whether a change is one of this very version. */
    boolean takes(StateChange change) {
        return change.snapshot() || (!more && change.from() == version);
    }

    /** Whether it is a part of a snapshot, of which more follows. */
    boolean isPart() {
        return more;
    }

    /** What it becomes by a change that it takes. */
    StateModel after(StateChange change) {
        StateModel known = next.get(change);
        if (known == null) {
            SortedMap<String, String> changed = new TreeMap<>(values);
            changed.putAll(change.put());
            changed.keySet().removeAll(change.remove());
            known = new StateModel(change.version(), change.more(), changed);
            if (change.snapshot()) {
                next.clear(); // only the newest is one to share
            }
            next.put(change, known);
        }
        return known;
    }

    /** The checksum that the server has of the same. */
    String crc32c() {
        CRC32C crc = new CRC32C();
        values.forEach(
                (key, value) -> {
                    crc.update(key.getBytes(UTF_8));
                    crc.update(0);
                    crc.update(value.getBytes(UTF_8));
                    crc.update('\n');
                });
        return "%08x".formatted(crc.getValue());
    }
}
