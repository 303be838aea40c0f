package dev.myriad.bench;

import java.util.List;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * What one run of a profile against one server measured. Immutable.
 *
 * @param round from 1 on
 * @param warnings what the reader has to know before believing the figures
 */
record Run(
        String server,
        String how,
        int round,
        List<Metric> metrics,
        List<Latency> latencies,
        List<Series> series,
        List<String> warnings) {
    Run {
        metrics = List.copyOf(metrics);
        latencies = List.copyOf(latencies);
        series = List.copyOf(series);
        warnings = List.copyOf(warnings);
    }

    Optional<Metric> metric(String name) {
        return metrics.stream().filter(metric -> metric.name().equals(name)).findFirst();
    }

    /** Which way a figure is good. */
    enum Better {
        LOWER,
        HIGHER,
        NEITHER
    }

    /** One figure. */
    record Metric(String name, String unit, double value, Better better) {}

    /** The distribution of a latency, in milliseconds. */
    record Latency(
            String name,
            long count,
            double p50,
            double p90,
            double p99,
            double p999,
            double max,
            List<Point> curve) {
        private static final List<Double> PERCENTILES =
                List.of(
                        0.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 97.5, 99.0, 99.5, 99.75, 99.9,
                        99.95, 99.975, 99.99, 99.999);

        /** Of the histogram's microseconds. */
        static Latency of(String name, Histogram micros) {
            return new Latency(
                    name,
                    micros.getTotalCount(),
                    millis(micros, 50),
                    millis(micros, 90),
                    millis(micros, 99),
                    millis(micros, 99.9),
                    micros.getMaxValue() / 1e3,
                    PERCENTILES.stream()
                            .map(percentile -> new Point(percentile, millis(micros, percentile)))
                            .toList());
        }

        private static double millis(Histogram micros, double percentile) {
            return micros.getValueAtPercentile(percentile) / 1e3;
        }
    }

    /** A figure over time. */
    record Series(String name, String unit, List<Point> points) {}

    record Point(double x, double y) {}
}
