package dev.myriad.bench;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * A thread with its rings of clients. Confined to itself, but for {@link #ask}, {@link #counts} and
 * {@link #lastJoinAt}, which anyone may call.
 *
 * <p>A turn: requests from outside, connecting, duties, then one {@code io_uring_enter} for each
 * ring that has something to do. It sleeps in the first ring only; what the others receive
 * meanwhile is found when the time is up.
 */
final class ClientThread {
    /** Fewer deliveries than this in a turn are not worth another one at once. */
    private static final int WORTH_A_TURN = 64;

    private static final long BACK_OFF_NANOS_MAX = 200_000_000;

    private static final long LATENCY_MICROS_MAX = 600_000_000;

    private final Plan plan;
    private final int number;
    private final Count.Board counts = new Count.Board();
    private final ConcurrentLinkedQueue<Runnable> requests = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private final List<ClientRing> rings = new ArrayList<>();
    private final List<Duty> duties = new ArrayList<>();
    private Plan.Batching batching;
    private volatile boolean running = true;

    private boolean connecting;
    private int inFlight;
    private int ringToConnect;
    private int slotToConnect;
    private final ArrayDeque<Again> again = new ArrayDeque<>();
    private long backOffNanos;
    private long notBefore;
    private volatile long lastJoinAt;
    private volatile String lastFailure = "";
    private volatile @Nullable Throwable ended;

    private Histogram latencies = histogram();
    private int run;
    private int runSequence;
    private long delivered;
    private Echoes echoes = Echoes.NONE;

    private record Again(ClientRing ring, int slot) {}

    /** What to do with an echo that came back. */
    interface Echoes {
        Echoes NONE = (_, _, _) -> {};

        void echoed(ClientRing ring, int slot, int ref);
    }

    private ClientThread(Plan plan, int number, CompletableFuture<ClientThread> started) {
        this.plan = plan;
        this.number = number;
        this.batching = plan.batching();
        this.thread =
                Thread.ofPlatform()
                        .name("clients-" + number)
                        .daemon()
                        .unstarted(
                                () -> {
                                    try {
                                        makeRings(number);
                                    } catch (RuntimeException | Error e) {
                                        started.completeExceptionally(e);
                                        return;
                                    }
                                    started.complete(this);
                                    try {
                                        run();
                                        ended = new BenchException("The clients have ended.");
                                    } catch (RuntimeException | Error e) {
                                        ended = e;
                                    } finally {
                                        rings.forEach(ClientRing::close);
                                        answerAll();
                                    }
                                });
    }

    /** Starts the thread, on which its rings have to be made; returns when they are. */
    static ClientThread start(Plan plan, int number) {
        CompletableFuture<ClientThread> started = new CompletableFuture<>();
        new ClientThread(plan, number, started).thread.start();
        return started.join();
    }

    private void makeRings(int number) {
        int clients = plan.clientsOfThread(number);
        int count = plan.ringsOfThread(number);
        int first = plan.firstOfThread(number);
        for (int i = 0; i < count; i++) {
            int share = clients / count + (i < clients % count ? 1 : 0);
            rings.add(new ClientRing(this, plan, number * plan.ringsOfThread(0) + i, first, share));
            first += share;
        }
    }

    // ---- from any thread

    Count.Board counts() {
        return counts;
    }

    long lastJoinAt() {
        return lastJoinAt;
    }

    /** Why the last client failed, in words; empty if none did. */
    String lastFailure() {
        return lastFailure;
    }

    /** Lets the thread compute something. */
    <T> CompletableFuture<T> ask(Function<ClientThread, T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        requests.add(
                () -> {
                    Throwable end = ended;
                    if (end != null) {
                        answer.completeExceptionally(end);
                        return;
                    }
                    try {
                        T result = question.apply(this);
                        counts.publish(); // who asked may look at the counts next
                        answer.complete(result);
                    } catch (RuntimeException | Error e) {
                        answer.completeExceptionally(e);
                    }
                });
        if (!thread.isAlive()) {
            answerAll();
        }
        return answer;
    }

    /** Its place in the fleet. */
    int number() {
        return number;
    }

    /** Ends the thread, and with its rings all its clients; returns when it is done. */
    void stop() {
        running = false;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- on this thread

    List<ClientRing> rings() {
        return rings;
    }

    void startConnecting() {
        connecting = true;
    }

    void batching(Plan.Batching batching) {
        this.batching = batching;
    }

    void add(Duty duty) {
        duties.add(duty);
    }

    void echoes(Echoes echoes) {
        this.echoes = echoes;
    }

    /** Gives away the latencies, in microseconds, and starts anew. */
    Histogram takeLatencies() {
        Histogram taken = latencies;
        latencies = histogram();
        return taken;
    }

    private static Histogram histogram() {
        return new Histogram(1, LATENCY_MICROS_MAX, 3);
    }

    void recordMicros(long nanos) {
        latencies.recordValue(Math.clamp(nanos / 1_000, 1, LATENCY_MICROS_MAX));
    }

    private void run() {
        while (running) {
            answerAll();
            turn();
            counts.publish();
        }
    }

    private void answerAll() {
        for (Runnable request = requests.poll(); request != null; request = requests.poll()) {
            request.run();
        }
    }

    private void turn() {
        long now = System.nanoTime();
        long wait = batching.nanosMax();
        if (connecting) {
            connectSome(now);
            wait = Math.min(wait, Plan.Batching.BULK.nanosMax());
        }
        for (Duty duty : duties) {
            wait = Math.min(wait, duty.turn(now));
        }
        boolean busy = false;
        for (int i = 1; i < rings.size(); i++) {
            ClientRing ring = rings.get(i);
            if (ring.hasWork()) {
                long before = delivered;
                ring.work(plan.batch(), 0);
                endRun();
                busy |= delivered - before >= WORTH_A_TURN;
            }
        }
        if (rings.size() > 1) {
            wait = Math.min(wait, Plan.Batching.BULK.nanosMax());
        }
        rings.getFirst()
                .work(Math.min(batching.completions(), plan.batch()), busy ? 0 : Math.max(0, wait));
        endRun();
    }

    // ---- connecting

    private void connectSome(long now) {
        int mostInFlight = Math.max(1, plan.inFlight() / plan.threads());
        if (now - notBefore < 0) {
            return;
        }
        while (inFlight < mostInFlight) {
            Again next = again.poll();
            if (next == null) {
                next = nextNew();
            }
            if (next == null) {
                return;
            }
            inFlight++;
            next.ring.connect(next.slot);
        }
    }

    private @Nullable Again nextNew() {
        while (ringToConnect < rings.size()) {
            ClientRing ring = rings.get(ringToConnect);
            if (slotToConnect < ring.clients()) {
                return new Again(ring, slotToConnect++);
            }
            ringToConnect++;
            slotToConnect = 0;
        }
        return null;
    }

    /** A client has joined. */
    void arrived() {
        inFlight--;
        backOffNanos = 0;
        lastJoinAt = System.nanoTime();
    }

    /** A client that did not make it has left its slot. */
    void left() {
        inFlight--;
    }

    void failed(String why) {
        lastFailure = why;
    }

    /** A client wants to connect once more, after a while if it failed before. */
    void again(ClientRing ring, int slot, boolean failed) {
        again.add(new Again(ring, slot));
        if (failed) {
            counts.add(Count.RETRIED, 1);
            backOffNanos = Math.clamp(backOffNanos * 2, 1_000_000, BACK_OFF_NANOS_MAX);
            notBefore = System.nanoTime() + backOffNanos;
        }
    }

    // ---- measuring

    /**
     * A subscriber got a broadcast. What arrives in one turn is recorded with the time of the
     * turn's end.
     */
    void delivered(int sequence) {
        if (sequence != runSequence) {
            endRun();
            runSequence = sequence;
        }
        run++;
    }

    private void endRun() {
        if (run > 0) {
            long nanos = System.nanoTime() - plan.broadcasts().sentAt(runSequence);
            latencies.recordValueWithCount(Math.clamp(nanos / 1_000, 1, LATENCY_MICROS_MAX), run);
            plan.broadcasts().delivered(runSequence, run);
            counts.add(Count.DELIVERED, run);
            delivered += run;
            run = 0;
        }
    }

    void echoed(ClientRing ring, int slot, int ref) {
        counts.add(Count.ECHOED, 1);
        echoes.echoed(ring, slot, ref);
    }
}
