package dev.myriad.bench;

import java.io.BufferedInputStream;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A {@link KeyedNode} as it is seen from here. */
final class Writer implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 60;

    private final Process process;
    private final BufferedWriter orders;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Thread reading;
    private volatile Heard heard = new Heard(0, 0, System.nanoTime());

    /** What it has said, and when it said last that something was accepted. */
    record Heard(long accepted, long unsure, long lastNanos) {}

    private Writer(String nats, String name) {
        process = Jvm.start(KeyedNode.class, nats, name);
        orders = process.outputWriter(StandardCharsets.UTF_8);
        reading = Thread.ofPlatform().daemon().start(this::read);
    }

    /** When it takes part. */
    static Writer start(String nats, String name) {
        Writer writer = new Writer(nats, name);
        String _ = writer.line();
        return writer;
    }

    private void read() {
        try (InputStream in = new BufferedInputStream(process.getInputStream())) {
            for (int each = in.read(); each >= 0; each = in.read()) {
                Heard before = heard;
                switch (each) {
                    case KeyedNode.ACCEPTED ->
                            heard =
                                    new Heard(
                                            before.accepted + 1, before.unsure, System.nanoTime());
                    case KeyedNode.UNSURE ->
                            heard = new Heard(before.accepted, before.unsure + 1, before.lastNanos);
                    case KeyedNode.STOPPED -> lines.add(restOfLine(in));
                    default -> throw new IOException("it says " + each);
                }
            }
        } catch (IOException _) {
            // It was killed.
        }
    }

    private static String restOfLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int each = in.read(); each >= 0 && each != '\n'; each = in.read()) {
            line.append((char) each);
        }
        return line.toString();
    }

    Heard heard() {
        return heard;
    }

    long pid() {
        return process.pid();
    }

    void write(int writers, int perSecond, int batch) {
        order("write %d %d %d".formatted(writers, perSecond, batch));
    }

    private void order(String order) {
        try {
            orders.write(order + "\n");
            orders.flush();
        } catch (IOException e) {
            throw new BenchException("a node has ended.", e);
        }
    }

    /** All of them write no more; what each knows when nothing comes any more. */
    static List<Stopped> stop(List<Writer> writers) {
        writers.forEach(each -> each.order("rest"));
        return writers.stream().map(Writer::stopped).toList();
    }

    private String line() {
        try {
            String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (line == null) {
                throw new BenchException("a node does not answer.");
            }
            return line;
        } catch (InterruptedException e) {
            throw new BenchException("interrupted", e);
        }
    }

    /**
     * What it knows, and how long its changes took.
     *
     * @param p50Micros of those since it began to write
     */
    record Stopped(long version, String crc32c, double p50Micros, double p99Micros) {}

    private Stopped stopped() {
        order("sum");
        String[] words = line().split(" ", -1);
        return new Stopped(
                Long.parseLong(words[0]),
                words[1],
                Double.parseDouble(words[2]),
                Double.parseDouble(words[3]));
    }

    /** What it has said by its end is all read then. */
    void kill() {
        process.destroyForcibly().onExit().join();
        try {
            reading.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
