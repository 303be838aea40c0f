package dev.myriad.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server says about itself at {@code /metrics}, by name; nothing if it has no such page.
 * Immutable.
 */
record Scrape(Map<String, Double> values) {
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final Pattern ROW = Pattern.compile("([a-z_]+)(?:\\{(.*)\\})? ([-+0-9.eE]+)");
    private static final Pattern LIMIT = Pattern.compile("limit=\"(\\w+)\"");

    /** Counters of what was refused; those of limits have the limit's name. */
    private static final Map<String, String> REFUSALS =
            Map.of(
                    "myriad_refused_total", "refused",
                    "myriad_joins_refused_total", "joins refused",
                    "myriad_long_poll_refused_total", "polls refused",
                    "myriad_closed_slow_total", "too slow");

    Scrape {
        values = Map.copyOf(values);
    }

    static Scrape of(Target target) {
        try {
            URI page =
                    new URI(
                            "http",
                            null,
                            target.address().getHostAddress(),
                            target.port(),
                            "/metrics",
                            null,
                            null);
            URLConnection connection = page.toURL().openConnection();
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            try (BufferedReader rows =
                    new BufferedReader(
                            new InputStreamReader(
                                    connection.getInputStream(), StandardCharsets.UTF_8))) {
                return of(rows.lines().toList());
            }
        } catch (IOException _) {
            return new Scrape(Map.of());
        } catch (URISyntaxException e) {
            throw new BenchException("There is no /metrics of " + target.url() + ".", e);
        }
    }

    /** Rows in the text format of Prometheus. */
    static Scrape of(List<String> rows) {
        Map<String, Double> values = new TreeMap<>();
        for (String row : rows) {
            Matcher parts = ROW.matcher(row);
            if (parts.matches()) {
                String labels = parts.group(2) == null ? "" : parts.group(2);
                Matcher limit = LIMIT.matcher(labels);
                String name = limit.find() ? limit.group(1) : parts.group(1) + labels;
                values.put(name, Double.parseDouble(parts.group(3)));
            }
        }
        return new Scrape(values);
    }

    /** Clients that it serves now, 0 if it does not say. */
    long clients() {
        return (long)
                (values.getOrDefault("myriad_connections", 0.0)
                        + values.getOrDefault("myriad_long_poll_sessions", 0.0));
    }

    /** What it has refused since an earlier look, each reason that it counts; not what is 0. */
    Map<String, Long> refusedSince(Scrape earlier) {
        Map<String, Long> refused = new TreeMap<>();
        values.forEach(
                (name, value) -> {
                    long count = (long) (value - earlier.values.getOrDefault(name, 0.0));
                    boolean isLimit = !name.contains("_");
                    if (count > 0 && (isLimit || REFUSALS.containsKey(name))) {
                        refused.put(REFUSALS.getOrDefault(name, name), count);
                    }
                });
        return refused;
    }
}
