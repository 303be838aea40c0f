package dev.myriad.cluster;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/**
 * The buckets that this node listens to: those of its topics, and for some minutes those of topics
 * that were. A bucket is warm when all other nodes have answered since it was subscribed to: then
 * all that they send comes here. One question serves all buckets that wait for it. Thread-safe.
 */
final class Interest {
    private static final int COLD = 0;
    private static final int ASKED = 1;
    private static final int WARM = 2;

    /** Sweeps that find a bucket without topics before it is given up. */
    private static final int IDLE_SWEEPS = 12;

    private final Bus bus;
    private final Subjects subjects;
    private final IntConsumer forget;

    /** Asks the nodes, and says which. */
    private final Asking asking;

    private final LongSupplier nanoTime;

    private final AtomicIntegerArray topics = new AtomicIntegerArray(Buckets.COUNT);
    private final AtomicIntegerArray states = new AtomicIntegerArray(Buckets.COUNT);
    private final byte[] idle = new byte[Buckets.COUNT];
    private final Queue<Integer> wanted = new ConcurrentLinkedQueue<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final LongAdder unproven = new LongAdder();

    /** One that is over. */
    private final Round answered = new Round(0);

    /** One that could not be asked. */
    private final Round unheard = new Round(0);

    private Round underWay = answered;
    private Round next = new Round(1);

    /** Asks other nodes about buckets. */
    interface Asking {
        /** The nodes that were asked. */
        Set<Long> ask(long round, int[] buckets);

        /** These nodes have not answered. */
        void doubt(Set<Long> nodes, int[] buckets);
    }

    /** A question to all nodes. Guarded by the lock. */
    private static final class Round {
        final long number;
        final BitSet buckets = new BitSet();
        final CountDownLatch over = new CountDownLatch(1);
        Set<Long> missing = new HashSet<>();
        boolean proven = true;
        long sinceNanos;

        Round(long number) {
            this.number = number;
        }
    }

    /**
     * @param forget is called before a bucket is subscribed to, and after it was given up
     */
    Interest(Bus bus, Subjects subjects, IntConsumer forget, Asking asking, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.bus = bus;
        this.subjects = subjects;
        this.forget = forget;
        this.asking = asking;
        answered.over.countDown();
        unheard.over.countDown();
        unheard.proven = false;
    }

    void came(int bucket) {
        topics.incrementAndGet(bucket);
        if (states.get(bucket) == COLD) {
            wanted.add(bucket);
        }
    }

    void went(int bucket) {
        topics.decrementAndGet(bucket);
    }

    boolean listens(int bucket) {
        return states.get(bucket) != COLD;
    }

    boolean isWarm(int bucket) {
        return states.get(bucket) == WARM;
    }

    /** Waits until a bucket is warm, or its question has been given up. */
    void await(int bucket, long nanosMax) throws InterruptedException {
        boolean proven = bus.isConnected();
        if (!isWarm(bucket)) {
            Round round = roundOf(bucket);
            proven = round.over.await(nanosMax, TimeUnit.NANOSECONDS) && round.proven;
        }
        if (!proven) {
            unproven.increment();
        }
    }

    /** Asks for what came and nobody has waited for. */
    void look() {
        for (int left = wanted.size(); left > 0; left--) {
            Integer bucket = wanted.poll();
            if (bucket == null) {
                return;
            }
            if (topics.get(bucket) > 0 && states.get(bucket) == COLD) {
                roundOf(bucket);
            }
        }
    }

    private Round roundOf(int bucket) {
        lock.lock();
        try {
            if (isWarm(bucket)) {
                return answered;
            }
            if (states.get(bucket) == COLD) {
                forget.accept(bucket);
                if (!bus.subscribe(subjects.bucket(bucket))) {
                    wanted.add(bucket); // it is tried again
                    return unheard;
                }
                states.set(bucket, ASKED);
                next.buckets.set(bucket);
            }
            Round round = underWay.buckets.get(bucket) ? underWay : next;
            begin();
            return round;
        } finally {
            lock.unlock();
        }
    }

    /** Begins with the next question, if none is under way and there is something to ask. */
    private void begin() {
        while (underWay.over.getCount() == 0 && !next.buckets.isEmpty()) {
            underWay = next;
            next = new Round(underWay.number + 1);
            underWay.sinceNanos = nanoTime.getAsLong();
            underWay.proven = bus.isConnected();
            underWay.missing =
                    new HashSet<>(asking.ask(underWay.number, underWay.buckets.stream().toArray()));
            endIfAnswered();
        }
    }

    private void endIfAnswered() {
        if (underWay.missing.isEmpty() && underWay.over.getCount() > 0) {
            underWay.buckets.stream().forEach(bucket -> states.set(bucket, WARM));
            underWay.buckets.clear();
            underWay.over.countDown();
        }
    }

    /** A node has answered a question, all of it. */
    void answered(long round, long origin) {
        lock.lock();
        try {
            if (underWay.number == round && underWay.missing.remove(origin)) {
                endIfAnswered();
                begin();
            }
        } finally {
            lock.unlock();
        }
    }

    /** A node is gone, and answers nothing any more. */
    void gone(long origin) {
        lock.lock();
        try {
            if (underWay.missing.remove(origin)) {
                endIfAnswered();
                begin();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Gives up a question that takes too long. */
    void expire(long nanosMax) {
        lock.lock();
        try {
            if (underWay.over.getCount() > 0
                    && nanoTime.getAsLong() - underWay.sinceNanos > nanosMax) {
                asking.doubt(underWay.missing, underWay.buckets.stream().toArray());
                underWay.missing.clear();
                underWay.proven = false;
                endIfAnswered();
                begin();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Gives up buckets that have had no topic for long. */
    void sweep() {
        for (int bucket = 0; bucket < Buckets.COUNT; bucket++) {
            if (states.get(bucket) != WARM || topics.get(bucket) > 0) {
                idle[bucket] = 0;
            } else if (++idle[bucket] >= IDLE_SWEEPS) {
                idle[bucket] = 0;
                giveUp(bucket);
            }
        }
    }

    private void giveUp(int bucket) {
        lock.lock();
        try {
            states.set(bucket, COLD);
            if (topics.get(bucket) > 0) { // it came just now, and may have seen it warm
                states.set(bucket, WARM);
                return;
            }
            bus.unsubscribe(subjects.bucket(bucket));
            forget.accept(bucket);
        } finally {
            lock.unlock();
        }
    }

    /** The buckets that are listened to. */
    int[] all() {
        List<Integer> all = new ArrayList<>();
        for (int bucket = 0; bucket < Buckets.COUNT; bucket++) {
            if (listens(bucket)) {
                all.add(bucket);
            }
        }
        return all.stream().mapToInt(Integer::intValue).toArray();
    }

    int count() {
        int count = 0;
        for (int bucket = 0; bucket < Buckets.COUNT; bucket++) {
            count += listens(bucket) ? 1 : 0;
        }
        return count;
    }

    long unproven() {
        return unproven.sum();
    }
}
