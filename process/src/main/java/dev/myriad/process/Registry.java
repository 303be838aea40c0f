package dev.myriad.process;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Names of processes, one process a name. A name is free again as soon as its process has ended.
 * Thread-safe. Many processes under one name are {@link Groups}.
 *
 * <p>Registering starts a process, as any message to it does.
 *
 * @param <K> of the names; with {@code equals} and {@code hashCode}
 */
public final class Registry<K> {
    private final ConcurrentHashMap<K, Entry> entries = new ConcurrentHashMap<>();

    /**
     * Names a process, which may have several names.
     *
     * @return whether it has the name now; false if another one has it, or it has ended
     */
    public boolean register(K key, Process process) {
        Entry entry = new Entry(key, Objects.requireNonNull(process));
        while (true) {
            Entry present = entries.putIfAbsent(key, entry);
            if (present == null) {
                break;
            }
            if (present.process == process && process.isAlive()) {
                return true;
            }
            if (present.process.isAlive()) {
                return false;
            }
            // It has ended, and its entry is about to go.
            if (entries.replace(key, present, entry)) {
                break;
            }
        }
        // Only now: a process that has ended meanwhile finds the entry that it removes.
        process.push(entry);
        return !entry.gone;
    }

    /** Takes a name back; false if this process does not have it. */
    public boolean unregister(K key, Process process) {
        Entry entry = entries.get(key);
        if (entry == null || entry.process != process || !entries.remove(key, entry)) {
            return false;
        }
        entry.cancel(process);
        return true;
    }

    /** The process of that name, unless it has ended. */
    public Optional<Process> lookup(K key) {
        Entry entry = entries.get(key);
        return entry != null && entry.process.isAlive()
                ? Optional.of(entry.process)
                : Optional.empty();
    }

    /** How many names are taken. */
    public int size() {
        return entries.size();
    }

    /** A name, and the watch that ends it. */
    private final class Entry extends Watch {
        private final K key;
        private final Process process;
        private volatile boolean gone;

        Entry(K key, Process process) {
            this.key = key;
            this.process = process;
        }

        @Override
        void ended(Process ended, ExitReason reason) {
            gone = true;
            entries.remove(key, this);
        }
    }
}
