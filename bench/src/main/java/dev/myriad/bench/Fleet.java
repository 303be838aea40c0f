package dev.myriad.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/** All clients of one measurement, on their threads. Used by one thread at a time. */
final class Fleet implements AutoCloseable {
    private final Plan plan;
    private final List<ClientThread> threads = new ArrayList<>();

    private Fleet(Plan plan) {
        this.plan = plan;
    }

    static Fleet start(Plan plan) {
        Fleet fleet = new Fleet(plan);
        try {
            for (int i = 0; i < plan.threads(); i++) {
                fleet.threads.add(ClientThread.start(plan, i));
            }
        } catch (RuntimeException | Error e) {
            fleet.close();
            throw e;
        }
        return fleet;
    }

    Plan plan() {
        return plan;
    }

    Count.Sums counts() {
        return Count.Sums.of(threads.stream().map(ClientThread::counts).toList());
    }

    long joined() {
        return counts().of(Count.JOINED);
    }

    /** When the last client joined, as a nanosecond time. */
    long lastJoinAt() {
        return threads.stream().mapToLong(ClientThread::lastJoinAt).max().orElse(0);
    }

    String lastFailure() {
        return threads.stream()
                .map(ClientThread::lastFailure)
                .filter(failure -> !failure.isEmpty())
                .findFirst()
                .orElse("");
    }

    void connect() {
        each(
                thread -> {
                    thread.startConnecting();
                    return true;
                });
    }

    /** Sends a heartbeat for every joined client; how many. */
    int heartbeats() {
        return eachRing(ClientRing::heartbeats).stream().mapToInt(Integer::intValue).sum();
    }

    /** Whoever loses a connection comes back to another server, from other source addresses. */
    void comeBackTo(Target other, int newSource) {
        eachRing(
                ring -> {
                    ring.goTo(other);
                    ring.comeFrom(newSource);
                    ring.comesBack(true);
                    return true;
                });
    }

    /** Drops everybody at once; they come back from other source addresses. */
    void dropAll(boolean reset, int newSource) {
        eachRing(
                ring -> {
                    ring.comeFrom(newSource);
                    ring.comesBack(true);
                    ring.dropAll(reset);
                    return true;
                });
    }

    /** A publisher that is the first client of the first thread. */
    Publisher publisher() {
        return threads.getFirst()
                .ask(
                        thread -> {
                            Publisher publisher =
                                    new Publisher(
                                            thread.rings().getFirst(), 0, plan, plan.clients());
                            thread.add(publisher);
                            return publisher;
                        })
                .join();
    }

    /** Lets the first thread do something. */
    <T> T first(Function<ClientThread, T> question) {
        return threads.getFirst().ask(question).join();
    }

    /** Lets all threads do something at the same time. */
    <T> List<T> each(Function<ClientThread, T> question) {
        return threads.stream().map(thread -> thread.ask(question)).toList().stream()
                .map(answer -> answer.join())
                .toList();
    }

    private <T> List<T> eachRing(Function<ClientRing, T> question) {
        return each(thread -> thread.rings().stream().map(question).toList()).stream()
                .flatMap(List::stream)
                .toList();
    }

    /** Gives away the latencies of all threads and starts anew. */
    Histogram takeLatencies() {
        List<Histogram> parts = each(ClientThread::takeLatencies);
        Histogram sum = parts.getFirst();
        parts.stream().skip(1).forEach(sum::add);
        return sum;
    }

    @Override
    public void close() {
        threads.forEach(ClientThread::stop);
    }
}
