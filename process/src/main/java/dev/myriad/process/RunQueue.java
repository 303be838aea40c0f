package dev.myriad.process;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Processes that wait for a worker, first in, first out. Thread-safe, any number of threads at both
 * ends; unbounded.
 *
 * <p>A list of arrays, each with two counters: who adds takes the next number of one, who polls the
 * next number of the other, and they meet in that place of the array. If the one who polls comes
 * first, it marks the place as taken and both try again with their next numbers. This is the
 * FAAArrayQueue of Pedro Ramalhete and Andreia Correia: an atomic addition always succeeds, where a
 * compare-and-set would fail under contention, and an entry costs four bytes and no object.
 */
final class RunQueue {
    private static final int SIZE = 1_024;
    private static final Object TAKEN = new Object();

    /** The counters lie far apart, so that the two ends do not share a cache line. */
    private static final int ADDED = 16;

    private static final int POLLED = 48;
    private static final int COUNTERS = 64;

    private static final VarHandle HEAD;
    private static final VarHandle TAIL;
    private static final VarHandle NEXT;
    private static final VarHandle ITEM = MethodHandles.arrayElementVarHandle(Object[].class);
    private static final VarHandle COUNTER = MethodHandles.arrayElementVarHandle(int[].class);

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(RunQueue.class, "head", Segment.class);
            TAIL = lookup.findVarHandle(RunQueue.class, "tail", Segment.class);
            NEXT = lookup.findVarHandle(Segment.class, "next", Segment.class);
            Memory.catches(VirtualMachineError.class, LinkageError.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final class Segment {
        final @Nullable Object[] items = new Object[SIZE];
        final int[] counters = new int[COUNTERS];
        volatile @Nullable Segment next;

        int counter(int which) {
            return (int) COUNTER.getVolatile(counters, which);
        }

        int increment(int which) {
            return (int) COUNTER.getAndAdd(counters, which, 1);
        }

        /** Whether as many were polled as added, and no later segment has any. */
        boolean isDrained() {
            return counter(POLLED) >= counter(ADDED) && next == null;
        }
    }

    private volatile Segment head = new Segment();
    private volatile Segment tail = head;

    /** Adds it, or throws because memory or stack is used up: then it is not in. */
    void add(Process process) {
        while (true) {
            Segment last = tail;
            int index = last.increment(ADDED);
            if (index < SIZE) {
                if (ITEM.compareAndSet(last.items, index, null, process)) {
                    return;
                }
                continue;
            }
            Segment next = last.next;
            if (next == null) {
                Memory.isNeeded();
                Segment fresh = new Segment();
                fresh.items[0] = process;
                fresh.counters[ADDED] = 1;
                if (NEXT.compareAndSet(last, null, fresh)) {
                    try {
                        TAIL.compareAndSet(this, last, fresh);
                    } catch (VirtualMachineError | LinkageError e) {
                        // It is in, and the next to come moves the tail.
                    }
                    return;
                }
                next = last.next;
            }
            TAIL.compareAndSet(this, last, next);
        }
    }

    @Nullable Process poll() {
        while (true) {
            Segment first = head;
            if (first.isDrained()) {
                return null;
            }
            int index = first.increment(POLLED);
            if (index < SIZE) {
                Object item = ITEM.getAndSet(first.items, index, TAKEN);
                if (item != null) {
                    return (Process) item;
                }
            } else {
                Segment next = first.next;
                if (next == null) {
                    return null;
                }
                HEAD.compareAndSet(this, first, next);
            }
        }
    }

    boolean isEmpty() {
        return head.isDrained();
    }

    /** Those that wait now, in their order, as far as can be seen while they come and go. */
    void forEach(Consumer<Process> action) {
        for (Segment segment = head; segment != null; segment = segment.next) {
            for (int i = Math.max(0, segment.counter(POLLED)); i < SIZE; i++) {
                if (ITEM.getVolatile(segment.items, i) instanceof Process process) {
                    action.accept(process);
                }
            }
        }
    }
}
