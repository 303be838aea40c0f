package dev.myriad.pubsub;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The bytes of {@link StateEntry}s: a version, a kind, and what that has; numbers in network order,
 * strings and values as a length of four bytes and what they are. Nodes of two releases read each
 * other's as long as they share a version.
 */
final class StateWire {
    private static final byte VERSION = 1;

    private static final byte COMMANDS = 1;
    private static final byte PART = 2;

    private static final byte PUT = 1;
    private static final byte PUT_ALL = 2;
    private static final byte REMOVE = 3;
    private static final byte COMPARE_AND_SET = 4;
    private static final byte ONCE = 5;

    /** Beyond it no counting comes. */
    private static final long VERSION_MAX = 1L << 56;

    private StateWire() {}

    /** Bytes that are no entry, or one of a version that is not known. */
    static final class UnreadableException extends Exception {
        private static final long serialVersionUID = 1;

        UnreadableException(String message) {
            super(message);
        }
    }

    // ---- writing

    /** Writes to memory, where nothing fails. */
    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    private static byte[] written(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try {
            writing.to(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static byte[] bytes(StateEntry entry) {
        return written(
                out -> {
                    out.writeByte(VERSION);
                    out.writeByte(entry instanceof StateEntry.Commands ? COMMANDS : PART);
                    out.writeLong(entry.origin());
                    out.writeLong(entry.number());
                    switch (entry) {
                        case StateEntry.Commands it -> {
                            out.writeInt(it.commands().size());
                            for (StateCommand command : it.commands()) {
                                command(out, command);
                            }
                        }
                        case StateEntry.Part it -> {
                            out.writeInt(it.part());
                            out.writeInt(it.parts());
                            string(out, it.asOf().epoch());
                            out.writeLong(it.asOf().offset());
                            out.writeLong(it.version());
                            out.writeLong(it.trace());
                            raw(out, it.bytes());
                        }
                    }
                });
    }

    private static void command(DataOutputStream out, StateCommand command) throws IOException {
        switch (command) {
            case StateCommand.Put it -> {
                out.writeByte(PUT);
                value(out, it.key(), it.value());
            }
            case StateCommand.PutAll it -> {
                out.writeByte(PUT_ALL);
                out.writeInt(it.values().size());
                for (Map.Entry<String, byte[]> each : it.values().entrySet()) {
                    value(out, each.getKey(), each.getValue());
                }
            }
            case StateCommand.Remove it -> {
                out.writeByte(REMOVE);
                string(out, it.key());
            }
            case StateCommand.CompareAndSet it -> {
                out.writeByte(COMPARE_AND_SET);
                out.writeLong(it.seen());
                value(out, it.key(), it.value());
            }
            case StateCommand.Once it -> {
                out.writeByte(ONCE);
                string(out, it.id());
                command(out, it.command());
            }
        }
    }

    static byte[] bytes(SharedContent shared) {
        return written(
                out -> {
                    StateContent content = shared.content();
                    out.writeLong(content.version());
                    out.writeLong(content.removedVersion());
                    out.writeInt(content.entries().size());
                    for (StateContent.Entry entry : content.entries()) {
                        value(out, entry.key(), entry.value());
                        out.writeLong(entry.version());
                    }
                    out.writeInt(content.done().size());
                    for (Map.Entry<String, StateCommand.Outcome> each : content.done().entrySet()) {
                        string(out, each.getKey());
                        out.writeBoolean(each.getValue().done());
                        out.writeLong(each.getValue().version());
                    }
                    out.writeInt(shared.lasts().size());
                    for (Map.Entry<Long, Long> each : shared.lasts().entrySet()) {
                        out.writeLong(each.getKey());
                        out.writeLong(each.getValue());
                    }
                    out.writeLong(shared.trace());
                });
    }

    private static void value(DataOutputStream out, String key, byte[] value) throws IOException {
        string(out, key);
        raw(out, value);
    }

    private static void string(DataOutputStream out, String text) throws IOException {
        raw(out, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void raw(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    // ---- reading

    /** Reads what may end too early. */
    private interface Reading<T> {
        T from(ByteBuffer in) throws UnreadableException;
    }

    private static <T> T read(byte[] bytes, Reading<T> reading) throws UnreadableException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        T read;
        try {
            read = reading.from(in);
        } catch (BufferUnderflowException e) {
            throw new UnreadableException("it ends too early, after " + bytes.length + " bytes");
        }
        if (in.hasRemaining()) {
            throw new UnreadableException(in.remaining() + " bytes too many");
        }
        return read;
    }

    static StateEntry entry(byte[] bytes) throws UnreadableException {
        return read(bytes, StateWire::entry);
    }

    private static StateEntry entry(ByteBuffer in) throws UnreadableException {
        byte version = in.get();
        if (version != VERSION) {
            throw new UnreadableException("version " + version + ", which is not known here");
        }
        byte kind = in.get();
        long origin = in.getLong();
        long number = in.getLong();
        return switch (kind) {
            case COMMANDS -> {
                int count = count(in, 5);
                List<StateCommand> commands = new ArrayList<>(count);
                for (int i = 0; i < count; i++) {
                    commands.add(command(in));
                }
                yield new StateEntry.Commands(origin, number, commands);
            }
            case PART -> part(in, origin, number);
            default -> throw new UnreadableException("kind " + kind + " is not known here");
        };
    }

    private static StateEntry part(ByteBuffer in, long origin, long number)
            throws UnreadableException {
        int part = in.getInt();
        int parts = in.getInt();
        Position asOf = new Position(string(in), in.getLong());
        long version = in.getLong();
        if (part < 0 || part >= parts || version < 0 || version > VERSION_MAX) {
            throw new UnreadableException(
                    "part %d of %d of version %d".formatted(part, parts, version));
        }
        return new StateEntry.Part(
                origin, number, part, parts, asOf, version, in.getLong(), raw(in));
    }

    private static StateCommand command(ByteBuffer in) throws UnreadableException {
        byte kind = in.get();
        if (kind != ONCE) {
            return command(kind, in);
        }
        String id = string(in);
        return new StateCommand.Once(id, command(in.get(), in));
    }

    private static StateCommand command(byte kind, ByteBuffer in) throws UnreadableException {
        return switch (kind) {
            case PUT -> new StateCommand.Put(string(in), raw(in));
            case PUT_ALL -> {
                int count = count(in, 8);
                Map<String, byte[]> values = LinkedHashMap.newLinkedHashMap(count);
                for (int i = 0; i < count; i++) {
                    values.put(string(in), raw(in));
                }
                yield new StateCommand.PutAll(values);
            }
            case REMOVE -> new StateCommand.Remove(string(in));
            case COMPARE_AND_SET -> {
                long seen = in.getLong();
                yield new StateCommand.CompareAndSet(string(in), seen, raw(in));
            }
            default -> throw new UnreadableException("command " + kind + " is not known here");
        };
    }

    static SharedContent content(byte[] bytes) throws UnreadableException {
        return read(bytes, StateWire::content);
    }

    private static SharedContent content(ByteBuffer in) throws UnreadableException {
        long version = in.getLong();
        long removedVersion = in.getLong();
        int size = count(in, 16);
        List<StateContent.Entry> entries = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            entries.add(new StateContent.Entry(string(in), raw(in), in.getLong()));
        }
        int remembered = count(in, 13);
        Map<String, StateCommand.Outcome> done = LinkedHashMap.newLinkedHashMap(remembered);
        for (int i = 0; i < remembered; i++) {
            done.put(string(in), new StateCommand.Outcome(in.get() != 0, in.getLong()));
        }
        int nodes = count(in, 16);
        Map<Long, Long> lasts = LinkedHashMap.newLinkedHashMap(nodes);
        for (int i = 0; i < nodes; i++) {
            lasts.put(in.getLong(), in.getLong());
        }
        StateContent content = new StateContent(version, removedVersion, entries, done);
        return new SharedContent(content, lasts, in.getLong());
    }

    /** How many there are, if there can be as many. */
    private static int count(ByteBuffer in, int bytesEach) throws UnreadableException {
        int count = in.getInt();
        if (count < 0 || (long) count * bytesEach > in.remaining()) {
            throw new UnreadableException(count + " of something in " + in.remaining() + " bytes");
        }
        return count;
    }

    private static String string(ByteBuffer in) throws UnreadableException {
        return new String(raw(in), StandardCharsets.UTF_8);
    }

    private static byte[] raw(ByteBuffer in) throws UnreadableException {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new UnreadableException(length + " bytes where " + in.remaining() + " are left");
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }
}
