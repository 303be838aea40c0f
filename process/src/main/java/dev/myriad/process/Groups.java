package dev.myriad.process;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Processes under names that many may share: a {@link Registry} with duplicate keys. A process is
 * in a group until it leaves or ends. Thread-safe; lists and dispatches are weakly consistent with
 * joins and leaves at the same time.
 *
 * <p>Joining a group starts a process, as any message to it does.
 *
 * @param <K> of the names; with {@code equals} and {@code hashCode}
 */
public final class Groups<K> {
    /** No group is empty; groups are made and dropped, joined and left, under the key's lock. */
    private final ConcurrentHashMap<K, Map<Process, Member>> groups = new ConcurrentHashMap<>();

    /**
     * Adds a process to a group.
     *
     * @return whether it is in the group now; false if it has ended
     */
    public boolean join(K key, Process process) {
        Member member = new Member(key, Objects.requireNonNull(process));
        groups.compute(
                key,
                (_, present) -> {
                    Map<Process, Member> members =
                            present == null ? new ConcurrentHashMap<>() : present;
                    member.duplicate = members.putIfAbsent(process, member) != null;
                    return members;
                });
        if (member.duplicate) {
            return process.isAlive();
        }
        // Only now: a process that has ended meanwhile finds the entry that it removes.
        process.push(member);
        return !member.gone;
    }

    /** Takes a process out of a group; false if it is not in it. */
    public boolean leave(K key, Process process) {
        Map<Process, Member> members = groups.get(key);
        Member member = members == null ? null : members.get(process);
        if (member == null || !remove(member)) {
            return false;
        }
        member.cancel(process);
        return true;
    }

    /** The processes of a group, in no order. */
    public List<Process> lookup(K key) {
        Map<Process, Member> members = groups.get(key);
        return members == null
                ? List.of()
                : members.keySet().stream().filter(Process::isAlive).toList();
    }

    /**
     * Sends a message to each process of a group. One that refuses it because its mailbox is full
     * does not get it.
     *
     * @return to how many
     */
    public int dispatch(K key, Object message) {
        Map<Process, Member> members = groups.get(key);
        if (members == null) {
            return 0;
        }
        int count = 0;
        for (Process process : members.keySet()) {
            try {
                // Wrapped even if it is a node itself: that could lie in one mailbox only.
                process.send(new Message.Wrapped(message));
                count++;
            } catch (MailboxFullException e) {
                // counted by its mailbox
            }
        }
        return count;
    }

    /** How many groups have processes. */
    public int size() {
        return groups.size();
    }

    private boolean remove(Member member) {
        boolean[] removed = new boolean[1];
        groups.computeIfPresent(
                member.key,
                (_, members) -> {
                    removed[0] = members.remove(member.process, member);
                    return members.isEmpty() ? null : members;
                });
        return removed[0];
    }

    /** A membership, and the watch that ends it. */
    private final class Member extends Watch {
        private final K key;
        private final Process process;
        private boolean duplicate;
        private volatile boolean gone;

        Member(K key, Process process) {
            this.key = key;
            this.process = process;
        }

        @Override
        void ended(Process ended, ExitReason reason) {
            gone = true;
            remove(this);
        }
    }
}
