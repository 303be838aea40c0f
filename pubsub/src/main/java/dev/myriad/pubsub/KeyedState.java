package dev.myriad.pubsub;

import dev.myriad.protocol.JsonText;
import dev.myriad.protocol.Payload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The values of a topic by key. Each change gets the next version. Clients know them as of the last
 * {@link #tell}, which has for each key only the newest value; a snapshot is of that moment too,
 * and is kept encoded in pages, of which a diff spoils only those that it touches. Guarded by the
 * topic's {@link TopicMemory}.
 */
final class KeyedState {
    private static final int PAGE_CELLS = 256;

    /** Whole pages are put together to messages of about this size. */
    private static final int MESSAGE_BYTES = 64 << 10;

    private static final int CELL_BYTES = 160;
    private static final int DONE_MAX = 1_000;
    private static final int DONE_BYTES = 128;

    /** A key and its values: now, and as clients know it. */
    private static final class Cell {
        final String key;

        /** The key as JSON with a colon behind it. */
        final byte[] keyJson;

        final Page page;
        byte @Nullable [] value;
        byte @Nullable [] told;

        /** Of the last change. */
        long version;

        boolean changed;

        Cell(String key, Page page) {
            this.key = key;
            this.keyJson = new JsonText(key.length() + 3).string(key).ascii(":").toByteArray();
            this.page = page;
        }
    }

    /** Cells whose encoding is made anew together. */
    private static final class Page {
        final @Nullable Cell[] cells = new Cell[PAGE_CELLS];
        int count;
        byte @Nullable [] encoded;

        void remove(Cell cell) {
            for (int i = 0; i < count; i++) {
                if (cells[i] == cell) {
                    count--;
                    cells[i] = cells[count];
                    cells[count] = null;
                    return;
                }
            }
        }

        byte[] encoded() {
            byte[] present = encoded;
            if (present == null) {
                JsonText text = new JsonText(count * 32);
                for (int i = 0; i < count; i++) {
                    Cell cell = cells[i];
                    if (cell != null && cell.told != null) {
                        text.json(cell.keyJson).json(cell.told).ascii(",");
                    }
                }
                present = text.toByteArray();
                encoded = present;
            }
            return present;
        }
    }

    private final StateRule rule;
    private final Map<String, Cell> cells = new HashMap<>();
    private final List<Page> pages = new ArrayList<>();
    private @Nullable Page open;
    private @Nullable Cell[] changed = new Cell[16];
    private int changedCount;
    private int present;
    private long bytes;
    private long version;
    private long toldVersion;

    /** Of the last removal. */
    private long removedVersion;

    /** What became of the newest commands that are done once, the oldest first. */
    private final Map<String, StateCommand.Outcome> done = new LinkedHashMap<>();

    private long doneBytes;

    private Optional<List<Encodings>> snapshot = Optional.empty();
    private Optional<String> sum = Optional.empty();

    /** Something went wrong while clients were told: they need a snapshot. */
    private boolean anew;

    /** Some did not get the last diff. */
    private boolean missed;

    /** What was told last was all there is. */
    private boolean toldWhole;

    KeyedState(StateRule rule) {
        this.rule = rule;
    }

    StateRule rule() {
        return rule;
    }

    long version() {
        return version;
    }

    /** The version that clients know of. */
    long toldVersion() {
        return toldVersion;
    }

    boolean hasChanged() {
        return changedCount > 0 || anew || missed;
    }

    boolean isEmpty() {
        return present == 0 && changedCount == 0;
    }

    int size() {
        return present;
    }

    /** What it takes, in all. */
    long bytes() {
        return bytes + doneBytes;
    }

    /** The JSON of a payload that may be a value. */
    static byte[] json(Payload value) {
        if (!value.isBinary()) {
            return value.bytes();
        }
        String text = Base64.getEncoder().encodeToString(value.bytes());
        return new JsonText(text.length() + 16)
                .ascii("{\"$binary\":")
                .string(text)
                .ascii("}")
                .toByteArray();
    }

    /**
     * @throws TopicException if it is over a bound
     */
    void check(String key, byte[] value) {
        if (key.length() > rule.keyBytesMax()
                || (key.length() * 3L > rule.keyBytesMax()
                        && key.getBytes(StandardCharsets.UTF_8).length > rule.keyBytesMax())) {
            throw tooLong("a key");
        }
        if (value.length > rule.valueBytesMax()) {
            throw new TopicException(
                    TopicException.Code.TOO_LARGE,
                    "a value of %,d bytes, where %,d may be"
                            .formatted(value.length, rule.valueBytesMax()));
        }
    }

    // ---- commands

    /**
     * Does what is wanted, if it may be.
     *
     * @throws TopicException if it would be over a bound; then nothing is changed
     */
    StateCommand.Outcome perform(StateCommand command) {
        Optional<StateCommand.Outcome> before = before(command);
        if (before.isPresent()) {
            return before.get();
        }
        check(command);
        return apply(command);
    }

    /** What became of a command that is done once, if it was done. */
    Optional<StateCommand.Outcome> before(StateCommand command) {
        return command instanceof StateCommand.Once(String id, _)
                ? Optional.ofNullable(done.get(id))
                : Optional.empty();
    }

    /**
     * @throws TopicException if it would be over a bound
     */
    void check(StateCommand command) {
        switch (command) {
            case StateCommand.Put(String key, byte[] value) -> checkPut(key, value);
            case StateCommand.PutAll(Map<String, byte[]> values) -> checkAll(values);
            case StateCommand.Remove _ -> {}
            case StateCommand.CompareAndSet(String key, long seen, byte[] value) -> {
                if (isAsOf(key, seen)) {
                    checkPut(key, value);
                }
            }
            case StateCommand.Once(String id, StateCommand once) -> {
                if (id.getBytes(StandardCharsets.UTF_8).length > rule.keyBytesMax()) {
                    throw tooLong("an id");
                }
                check(once);
            }
        }
    }

    private void checkPut(String key, byte[] value) {
        check(key, value);
        Cell cell = cells.get(key);
        if (cell == null) {
            checkRoom(CELL_BYTES + 2L * key.length() + value.length);
        } else {
            byte[] before = cell.value;
            if (before == null) {
                checkRoom(value.length);
            } else if (value.length > before.length) {
                checkBytes(value.length - before.length);
            }
        }
    }

    private void checkAll(Map<String, byte[]> values) {
        long upTo = 0;
        for (Map.Entry<String, byte[]> each : values.entrySet()) {
            check(each.getKey(), each.getValue());
            upTo += CELL_BYTES + 2L * each.getKey().length() + each.getValue().length;
        }
        if (present + values.size() > rule.keysMax() || bytes + upTo > rule.bytesMax()) {
            checkRoomForAll(values);
        }
    }

    /**
     * Does what is wanted, whatever the bounds are: where all nodes of a cluster do the same, each
     * from the same values and in the same order, it has the same effect on all.
     */
    StateCommand.Outcome apply(StateCommand command) {
        return switch (command) {
            case StateCommand.Put(String key, byte[] value) -> {
                set(key, value);
                yield new StateCommand.Outcome(true, version);
            }
            case StateCommand.PutAll(Map<String, byte[]> values) -> {
                values.forEach(this::set);
                yield new StateCommand.Outcome(true, version);
            }
            case StateCommand.Remove(String key) -> new StateCommand.Outcome(remove(key), version);
            case StateCommand.CompareAndSet(String key, long seen, byte[] value) -> {
                boolean as = isAsOf(key, seen);
                if (as) {
                    set(key, value);
                }
                yield new StateCommand.Outcome(as, version);
            }
            case StateCommand.Once(String id, StateCommand once) -> {
                Optional<StateCommand.Outcome> before = before(command);
                yield before.isPresent() ? before.get() : remember(id, apply(once));
            }
        };
    }

    private StateCommand.Outcome remember(String id, StateCommand.Outcome outcome) {
        done.put(id, outcome);
        doneBytes += DONE_BYTES + 2L * id.length();
        while (done.size() > DONE_MAX) {
            String oldest = done.keySet().iterator().next();
            done.remove(oldest);
            doneBytes -= DONE_BYTES + 2L * oldest.length();
        }
        return outcome;
    }

    private void set(String key, byte[] value) {
        changed(give(key, value));
    }

    private Cell give(String key, byte[] value) {
        Cell cell = cells.get(key);
        if (cell == null) {
            cell = add(key, value);
        } else {
            byte[] before = cell.value;
            int more = value.length - (before == null ? 0 : before.length);
            if (before == null) {
                present++;
            }
            bytes += more;
        }
        cell.value = value;
        return cell;
    }

    private void checkRoomForAll(Map<String, byte[]> values) {
        int keys = 0;
        long more = 0;
        for (Map.Entry<String, byte[]> each : values.entrySet()) {
            Cell cell = cells.get(each.getKey());
            byte[] before = cell == null ? null : cell.value;
            keys += before == null ? 1 : 0;
            more += each.getValue().length - (before == null ? 0L : before.length);
            more += cell == null ? CELL_BYTES + 2L * each.getKey().length() : 0;
        }
        if (keys > 0 && present + keys > rule.keysMax()) {
            throw tooManyKeys();
        }
        checkBytes(more);
    }

    private TopicException tooLong(String what) {
        return new TopicException(
                TopicException.Code.KEY_TOO_LONG,
                "%s of more than %,d bytes".formatted(what, rule.keyBytesMax()));
    }

    private TopicException tooManyKeys() {
        return new TopicException(
                TopicException.Code.TOO_MANY_KEYS,
                "there are %,d keys, and %,d may be".formatted(present, rule.keysMax()));
    }

    private Cell add(String key, byte[] value) {
        Page page = open;
        if (page == null || page.count == PAGE_CELLS) {
            page = new Page();
            pages.add(page);
            open = page;
        }
        Cell cell = new Cell(key, page);
        page.cells[page.count++] = cell;
        cells.put(key, cell);
        present++;
        bytes += CELL_BYTES + 2L * key.length() + value.length;
        return cell;
    }

    private void checkRoom(long more) {
        if (present >= rule.keysMax()) {
            throw tooManyKeys();
        }
        checkBytes(more);
    }

    private void checkBytes(long more) {
        if (bytes + more > rule.bytesMax()) {
            throw new TopicException(
                    TopicException.Code.TOO_LARGE,
                    "keys and values take %,d bytes, as many as may be".formatted(bytes));
        }
    }

    private boolean remove(String key) {
        Cell cell = cells.get(key);
        if (cell == null || cell.value == null) {
            return false;
        }
        bytes -= cell.value.length;
        cell.value = null;
        present--;
        changed(cell);
        removedVersion = version;
        return true;
    }

    /**
     * Whether a key is as it was at a version that somebody has seen. It does not depend on what
     * clients were told.
     */
    private boolean isAsOf(String key, long seen) {
        if (seen > version) { // of another life of the topic
            return false;
        }
        Cell cell = cells.get(key);
        if (cell == null || cell.value == null) {
            return seen == 0 || removedVersion <= seen;
        }
        return cell.version <= seen;
    }

    private void changed(Cell cell) {
        version++;
        cell.version = version;
        touched(cell);
    }

    private void touched(Cell cell) {
        if (!cell.changed) {
            cell.changed = true;
            if (changedCount == changed.length) {
                changed = Arrays.copyOf(changed, changed.length * 2);
            }
            changed[changedCount++] = cell;
        }
    }

    // ---- all of it

    StateContent content() {
        List<StateContent.Entry> entries = new ArrayList<>(present);
        cells.forEach(
                (key, cell) -> {
                    byte[] value = cell.value;
                    if (value != null) {
                        entries.add(new StateContent.Entry(key, value, cell.version));
                    }
                });
        return new StateContent(version, removedVersion, entries, new LinkedHashMap<>(done));
    }

    /**
     * Becomes what somebody else knows. Clients are told what is different, or all of it if they
     * know of that version already.
     *
     * @param untold whether there are no clients yet: they need not be told of it
     */
    void become(StateContent content, boolean untold) {
        Map<String, StateContent.Entry> next = HashMap.newHashMap(content.entries().size());
        content.entries().forEach(entry -> next.put(entry.key(), entry));
        for (Cell cell : cells.values()) {
            if (cell.value != null && !next.containsKey(cell.key)) {
                bytes -= cell.value.length;
                cell.value = null;
                present--;
                touched(cell);
            }
        }
        for (StateContent.Entry entry : content.entries()) {
            Cell cell = cells.get(entry.key());
            if (cell == null || !Arrays.equals(cell.value, entry.value())) {
                touched(give(entry.key(), entry.value()));
            }
            Objects.requireNonNull(cells.get(entry.key())).version = entry.version();
        }
        done.clear();
        doneBytes = 0;
        content.done().forEach(this::remember);
        removedVersion = content.removedVersion();
        version = content.version();
        boolean back = version < toldVersion || (version == toldVersion && changedCount > 0);
        if (untold || back) {
            becomeTold();
        }
        anew |= back && !untold; // a diff would be taken for an old one
    }

    Optional<byte[]> get(String key) {
        Cell cell = cells.get(key);
        return cell == null ? Optional.empty() : Optional.ofNullable(cell.value);
    }

    Map<String, byte[]> all() {
        Map<String, byte[]> all = new HashMap<>();
        cells.forEach(
                (key, cell) -> {
                    byte[] value = cell.value;
                    if (value != null) {
                        all.put(key, value);
                    }
                });
        return all;
    }

    // ---- what clients know

    /** Some did not get what was told last: all are told where the state is. */
    void tellVersion() {
        if (toldWhole) { // which is not to be had from a version
            anew = true;
        } else {
            missed = true;
        }
    }

    /**
     * Tells what has changed since the last time: a {@code state_diff}, or a snapshot if that time
     * something went wrong.
     */
    void tell(TopicMemory.Teller teller) {
        boolean whole = anew;
        boolean again = missed;
        toldWhole = whole;
        anew = true; // unless all goes well
        missed = false;
        if (changedCount == 0 && again && !whole) { // whoever is behind sees it
            teller.tell(Events.STATE_DIFF, new Encodings(Payload.json(diff())));
        }
        if (changedCount > 0) {
            Encodings diff = new Encodings(Payload.json(diff()));
            becomeTold();
            if (!whole) {
                teller.tell(Events.STATE_DIFF, diff);
            }
        }
        if (whole) {
            snapshot().forEach(page -> teller.tell(Events.STATE, page));
        }
        anew = false;
    }

    private byte[] diff() {
        JsonText put = new JsonText(changedCount * 48 + 64);
        JsonText remove = new JsonText(32);
        put.ascii("{\"from\":")
                .number(toldVersion)
                .ascii(",\"version\":")
                .number(version)
                .ascii(",\"put\":{");
        int empty = put.length();
        for (int i = 0; i < changedCount; i++) {
            Cell cell = Objects.requireNonNull(changed[i]);
            byte[] value = cell.value;
            if (value != null) {
                put.json(cell.keyJson).json(value).ascii(",");
            } else if (cell.told != null) {
                remove.json(cell.keyJson).removeLast().ascii(",");
            }
        }
        if (put.length() > empty) {
            put.removeLast();
        }
        put.ascii("},\"remove\":[");
        if (remove.length() > 0) {
            put.json(remove.removeLast().toByteArray());
        }
        return put.ascii("]}").toByteArray();
    }

    /** What has changed becomes what clients know. It needs no memory, so it is done whole. */
    private void becomeTold() {
        for (int i = 0; i < changedCount; i++) {
            Cell cell = Objects.requireNonNull(changed[i]);
            changed[i] = null;
            cell.changed = false;
            cell.page.encoded = null;
            cell.told = cell.value;
            if (cell.value == null) {
                forget(cell);
            }
        }
        changedCount = 0;
        toldVersion = version;
        snapshot = Optional.empty();
        sum = Optional.empty();
    }

    private void forget(Cell cell) {
        cells.remove(cell.key);
        bytes -= CELL_BYTES + 2L * cell.key.length();
        Page page = cell.page;
        page.remove(cell);
        page.encoded = null;
        if (page.count == 0) {
            pages.remove(page);
            if (open == page) {
                open = null;
            }
        } else if (open == null || page.count < open.count) {
            open = page;
        }
    }

    /** The messages {@code state} that tell one who comes, whole or in pages. */
    List<Encodings> snapshot() {
        return snapshot.orElseGet(
                () -> {
                    List<Encodings> made = encodeSnapshot();
                    snapshot = Optional.of(made);
                    return made;
                });
    }

    private List<Encodings> encodeSnapshot() {
        List<Encodings> messages = new ArrayList<>();
        int from = 0;
        do {
            int to = from;
            int size = 0;
            while (to < pages.size() && (to == from || size < MESSAGE_BYTES)) {
                size += pages.get(to).encoded().length;
                to++;
            }
            JsonText text =
                    new JsonText(size + 64)
                            .ascii("{\"version\":")
                            .number(toldVersion)
                            .ascii(",\"entries\":{");
            int empty = text.length();
            for (Page page : pages.subList(from, to)) {
                text.json(page.encoded());
            }
            if (text.length() > empty) {
                text.removeLast();
            }
            text.ascii("},\"more\":").ascii(to < pages.size() ? "true}" : "false}");
            messages.add(new Encodings(Payload.json(text.toByteArray())));
            from = to;
        } while (from < pages.size());
        return messages;
    }

    /**
     * A sum over what clients know: CRC-32C over each key, a zero, its value, a line feed, in the
     * order of the keys' UTF-16 code units; eight hexadecimal digits.
     */
    String sum() {
        return sum.orElseGet(
                () -> {
                    CRC32C crc = new CRC32C();
                    cells.values().stream()
                            .filter(cell -> cell.told != null)
                            .sorted((a, b) -> a.key.compareTo(b.key))
                            .forEach(
                                    cell -> {
                                        crc.update(cell.key.getBytes(StandardCharsets.UTF_8));
                                        crc.update(0);
                                        crc.update(cell.told);
                                        crc.update('\n');
                                    });
                    String made = "%08x".formatted(crc.getValue());
                    sum = Optional.of(made);
                    return made;
                });
    }
}
