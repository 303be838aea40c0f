package dev.myriad.bench;

import dev.myriad.bench.Run.Point;
import dev.myriad.bench.Run.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Looks at a few figures twice a second, on a thread of its own, until it is closed. */
final class Timeline implements AutoCloseable {
    private static final long INTERVAL_MILLIS = 500;

    private final Fleet fleet;
    private final Count rate;
    private final String rateName;
    private final long serverPid;
    private final Consumer<List<Series>> sink;
    private final Thread thread;
    private final List<Point> rates = new ArrayList<>();
    private final List<Point> joined = new ArrayList<>();
    private final List<Point> resident = new ArrayList<>();
    private final List<Point> serving = new ArrayList<>();
    private final List<Point> generating = new ArrayList<>();

    Timeline(
            Fleet fleet, Count rate, String rateName, long serverPid, Consumer<List<Series>> sink) {
        this.fleet = fleet;
        this.rate = rate;
        this.rateName = rateName;
        this.serverPid = serverPid;
        this.sink = sink;
        this.thread = Thread.ofPlatform().name("timeline").daemon().start(this::look);
    }

    private void look() {
        Usage start = Usage.now(serverPid);
        Usage usage = start;
        Count.Sums counts = fleet.counts();
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Thread.sleep(INTERVAL_MILLIS);
            } catch (InterruptedException _) {
                return;
            }
            Usage nextUsage = Usage.now(serverPid);
            Count.Sums nextCounts = fleet.counts();
            Usage used = nextUsage.minus(usage);
            double at = nextUsage.minus(start).seconds();
            rates.add(new Point(at, nextCounts.minus(counts).of(rate) / used.seconds()));
            joined.add(new Point(at, nextCounts.of(Count.JOINED)));
            resident.add(new Point(at, Proc.residentBytes(serverPid) / 1e6));
            serving.add(new Point(at, used.serving() / used.seconds()));
            generating.add(new Point(at, used.generator() / used.seconds()));
            usage = nextUsage;
            counts = nextCounts;
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        List<Series> all = new ArrayList<>();
        all.add(new Series(rateName, "/s", rates));
        all.add(new Series("joined", "", joined));
        if (serverPid != 0) {
            all.add(new Series("server RSS", "MB", resident));
        }
        all.add(new Series("CPU, all but the generator", "cores", serving));
        all.add(new Series("CPU of the generator", "cores", generating));
        sink.accept(all);
    }
}
