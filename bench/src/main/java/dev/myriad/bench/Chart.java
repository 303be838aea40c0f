package dev.myriad.bench;

import dev.myriad.bench.Run.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Draws lines as SVG. Stateless; colours come from the page's style by the line's number. */
final class Chart {
    private static final int WIDTH = 600;
    private static final int HEIGHT = 260;
    private static final int LEFT = 56;
    private static final int RIGHT = 26;
    private static final int TOP = 12;
    private static final int BOTTOM = 30;
    private static final double NINES_MAX = 5;

    private Chart() {}

    /**
     * A line.
     *
     * @param colour from 0 on
     * @param faint one of several rounds
     */
    record Line(String label, int colour, boolean faint, List<Point> points) {}

    /** A figure over seconds. */
    static String overTime(List<Line> lines, String unit) {
        double xMax = most(lines, Point::x);
        double yMax = niceAbove(most(lines, Point::y));
        Axis x =
                new Axis(
                        ticks(0, xMax),
                        value -> value / xMax,
                        value -> Report.number(value) + " s");
        Axis y = new Axis(ticks(0, yMax), value -> value / yMax, Chart::shortNumber);
        return draw(lines, x, y, "seconds", unit);
    }

    /** Milliseconds by percentile: each further nine takes the same room. */
    static String percentiles(List<Line> lines) {
        double yMin = Math.pow(10, Math.floor(Math.log10(Math.max(1e-3, least(lines, Point::y)))));
        double yMax =
                Math.max(yMin * 10, Math.pow(10, Math.ceil(Math.log10(most(lines, Point::y)))));
        Axis x =
                new Axis(
                        List.of(0.0, 50.0, 90.0, 99.0, 99.9, 99.99, 99.999),
                        percentile -> nines(percentile) / NINES_MAX,
                        percentile -> trimmed(percentile) + "%");
        List<Double> decades =
                DoubleStream.iterate(yMin, value -> value <= yMax * 1.001, value -> value * 10)
                        .boxed()
                        .toList();
        Axis y =
                new Axis(
                        decades,
                        value -> Math.log10(Math.max(yMin, value) / yMin) / Math.log10(yMax / yMin),
                        Chart::shortNumber);
        return draw(lines, x, y, "percentile", "ms");
    }

    private static double nines(double percentile) {
        return Math.min(NINES_MAX, -Math.log10(1 - percentile / 100));
    }

    private record Axis(
            List<Double> ticks, DoubleUnaryOperator place, DoubleFunction<String> label) {}

    private static String draw(List<Line> lines, Axis x, Axis y, String xName, String yName) {
        StringBuilder svg = new StringBuilder();
        svg.append(
                "<svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"img\" data-x=\"%s\" data-y=\"%s\">"
                        .formatted(WIDTH, HEIGHT, xName, Page.escape(yName)));
        for (double tick : y.ticks()) {
            double at = down(y.place().applyAsDouble(tick));
            svg.append(
                    svg(
                            "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
                            LEFT, WIDTH - RIGHT, at, at));
            svg.append(
                    svg(
                            "<text class=\"tick\" text-anchor=\"end\" x=\"%d\" y=\"%.1f\">%s</text>",
                            LEFT - 8, at + 4, y.label().apply(tick)));
        }
        for (double tick : x.ticks()) {
            double at = across(x.place().applyAsDouble(tick));
            svg.append(
                    svg(
                            "<text class=\"tick\" text-anchor=\"middle\" x=\"%.1f\" y=\"%d\">%s</text>",
                            at, HEIGHT - 10, x.label().apply(tick)));
        }
        for (Line line : lines) {
            svg.append(line(line, x, y));
        }
        return svg.append(
                        "<line class=\"cursor\" y1=\"%d\" y2=\"%d\"/></svg>"
                                .formatted(TOP, HEIGHT - BOTTOM))
                .toString();
    }

    private static String line(Line line, Axis x, Axis y) {
        List<String> places = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (Point point : line.points()) {
            places.add(
                    svg(
                            "%.1f,%.1f",
                            across(x.place().applyAsDouble(point.x())),
                            down(y.place().applyAsDouble(point.y()))));
            values.add(x.label().apply(point.x()) + "|" + Report.number(point.y()));
        }
        return "<polyline class=\"line c%d%s\" data-label=\"%s\" data-values=\"%s\" points=\"%s\"/>"
                .formatted(
                        line.colour(),
                        line.faint() ? " faint" : "",
                        Page.escape(line.label()),
                        Page.escape(String.join(";", values)),
                        String.join(" ", places));
    }

    /** SVG wants points, whatever the locale has for decimals. */
    @SuppressWarnings("AnnotateFormatMethod") // its annotation is not worth a dependency
    private static String svg(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private static double across(double share) {
        return LEFT + share * (WIDTH - LEFT - RIGHT);
    }

    private static double down(double share) {
        return HEIGHT - BOTTOM - Math.clamp(share, 0, 1) * (HEIGHT - TOP - BOTTOM);
    }

    /** From four to eight round numbers between two values. */
    static List<Double> ticks(double from, double to) {
        double rough = Math.max(1e-9, (to - from) / 5);
        double decade = Math.pow(10, Math.floor(Math.log10(rough)));
        double step =
                DoubleStream.of(1, 2, 2.5, 5, 10)
                        .map(factor -> factor * decade)
                        .filter(candidate -> candidate >= rough * 0.999)
                        .findFirst()
                        .orElse(10 * decade);
        int count = (int) Math.floor((to - from) / step + 1e-6);
        return IntStream.rangeClosed(0, count).mapToObj(i -> from + i * step).toList();
    }

    private static double niceAbove(double value) {
        List<Double> ticks = ticks(0, Math.max(value, 1e-6));
        double step = ticks.size() > 1 ? ticks.get(1) : 1;
        return Math.ceil(Math.max(value, 1e-6) / step) * step;
    }

    private static double most(List<Line> lines, ToDoubleFunction<Point> what) {
        return points(lines).mapToDouble(what).max().orElse(1);
    }

    private static double least(List<Line> lines, ToDoubleFunction<Point> what) {
        return points(lines).mapToDouble(what).min().orElse(0);
    }

    private static Stream<Point> points(List<Line> lines) {
        return lines.stream().flatMap(line -> line.points().stream());
    }

    private static String shortNumber(double value) {
        return value >= 1e6
                ? trimmed(value / 1e6) + "M"
                : value >= 1e4 ? trimmed(value / 1e3) + "k" : trimmed(value);
    }

    private static String trimmed(double value) {
        String text = svg("%.3f", value);
        return text.replaceFirst("\\.?0+$", ""); // there always is a point before the zeros
    }

    /** A legend for lines of these servers. */
    static String legend(List<String> servers) {
        return IntStream.range(0, servers.size())
                .mapToObj(
                        i ->
                                "<span class=\"key\"><i class=\"c%d\"></i>%s</span>"
                                        .formatted(i, Page.escape(servers.get(i))))
                .collect(Collectors.joining("", "<p class=\"legend\">", "</p>"));
    }
}
