package dev.myriad.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.myriad.bench.Run.Better;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Renders a report as one page that needs nothing else. Stateless. */
final class Page {
    private Page() {}

    static String of(Report report) {
        String body =
                warnings(report)
                        + tiles(report)
                        + latencies(report)
                        + timelines(report)
                        + figures(report)
                        + facts("Asked for", report.settings())
                        + facts("Conditions", report.conditions());
        return resource("report.html")
                .replace("{{title}}", escape("myriad bench " + report.profile()))
                .replace("{{profile}}", escape(report.profile()))
                .replace("{{description}}", escape(report.description()))
                .replace("{{time}}", escape(report.time()))
                .replace("{{command}}", escape(report.command()))
                .replace("{{body}}", body);
    }

    private static String warnings(Report report) {
        if (report.warnings().isEmpty()) {
            return "";
        }
        return report.warnings().stream()
                .map(warning -> "<li>" + escape(warning) + "</li>")
                .collect(Collectors.joining("", "<ul class=\"warnings\">", "</ul>"));
    }

    /** The headline figures. */
    private static String tiles(Report report) {
        StringBuilder html = new StringBuilder("<section class=\"tiles\">");
        for (String headline : report.headlines()) {
            report.row(headline).ifPresent(row -> html.append(tile(report, row)));
        }
        return html.append("</section>").toString();
    }

    private static String tile(Report report, Report.Row row) {
        StringBuilder html = new StringBuilder("<article class=\"tile\"><h3>");
        html.append(escape(row.name())).append("</h3>");
        Report.Cell first = row.first();
        html.append(
                "<p class=\"value\">%s <small>%s</small></p>"
                        .formatted(Report.number(first.median()), escape(row.unit())));
        double most = row.cells().stream().mapToDouble(Report.Cell::median).max().orElse(0);
        if (row.cells().size() > 1) {
            for (Report.Cell cell : row.cells()) {
                html.append(
                        "<p class=\"bar\"><i class=\"c%d\" style=\"width:%.0f%%\"></i><span>%s <b>%s</b></span></p>"
                                .formatted(
                                        report.servers().indexOf(cell.server()),
                                        most <= 0 ? 0 : Math.max(0, 100 * cell.median() / most),
                                        escape(cell.server()),
                                        Report.number(cell.median())));
            }
        }
        row.ratio()
                .ifPresent(
                        ratio ->
                                html.append(
                                        "<p class=\"ratio %s\">%.2f×</p>"
                                                .formatted(verdict(row.better(), ratio), ratio)));
        return html.append("</article>").toString();
    }

    private static String verdict(Better better, double ratio) {
        return switch (better) {
            case LOWER -> ratio <= 1 ? "good" : "bad";
            case HIGHER -> ratio >= 1 ? "good" : "bad";
            case NEITHER -> "";
        };
    }

    private static String latencies(Report report) {
        LinkedHashSet<String> names = new LinkedHashSet<>();
        report.runs().forEach(run -> run.latencies().forEach(l -> names.add(l.name())));
        if (names.isEmpty()) {
            return "";
        }
        StringBuilder html = new StringBuilder("<h2>Latency</h2>");
        html.append(Chart.legend(report.servers())).append("<section class=\"charts\">");
        for (String name : names) {
            List<Chart.Line> lines = new ArrayList<>();
            for (Run run : report.runs()) {
                run.latencies().stream()
                        .filter(latency -> latency.name().equals(name))
                        .forEach(latency -> lines.add(line(report, run, latency.curve())));
            }
            html.append(figure(name + ", ms", Chart.percentiles(lines)));
        }
        return html.append("</section>").toString();
    }

    private static String timelines(Report report) {
        LinkedHashSet<String> names = new LinkedHashSet<>();
        report.runs().forEach(run -> run.series().forEach(series -> names.add(series.name())));
        StringBuilder charts = new StringBuilder();
        for (String name : names) {
            List<Chart.Line> lines = new ArrayList<>();
            String unit = "";
            for (Run run : report.runs()) {
                for (Run.Series series : run.series()) {
                    if (series.name().equals(name) && series.points().size() > 1) {
                        unit = series.unit();
                        lines.add(line(report, run, series.points()));
                    }
                }
            }
            if (!lines.isEmpty()) {
                String title = unit.isEmpty() ? name : name + ", " + unit;
                charts.append(figure(title, Chart.overTime(lines, unit)));
            }
        }
        return charts.isEmpty()
                ? ""
                : "<h2>Over time</h2>"
                        + Chart.legend(report.servers())
                        + "<section class=\"charts\">"
                        + charts
                        + "</section>";
    }

    private static Chart.Line line(Report report, Run run, List<Run.Point> points) {
        boolean several =
                report.runs().stream().filter(r -> r.server().equals(run.server())).count() > 1;
        String label = several ? run.server() + ", round " + run.round() : run.server();
        return new Chart.Line(label, report.servers().indexOf(run.server()), several, points);
    }

    private static String figure(String title, String chart) {
        return "<figure><figcaption>" + escape(title) + "</figcaption>" + chart + "</figure>";
    }

    /** All metrics and latencies as a table. */
    private static String figures(Report report) {
        List<String> servers = report.servers();
        StringBuilder html = new StringBuilder("<h2>All figures</h2><div class=\"scroll\"><table>");
        html.append("<thead><tr><th>medians; range over the rounds</th>");
        servers.forEach(server -> html.append("<th>").append(escape(server)).append("</th>"));
        html.append(servers.size() == 2 ? "<th>ratio</th>" : "").append("</tr></thead><tbody>");
        for (Report.Row row : report.summary()) {
            String unit = row.unit().isEmpty() ? "" : " <small>" + escape(row.unit()) + "</small>";
            html.append("<tr><td>").append(escape(row.name())).append(unit).append("</td>");
            for (String server : servers) {
                html.append("<td>")
                        .append(
                                row.cells().stream()
                                        .filter(cell -> cell.server().equals(server))
                                        .findFirst()
                                        .map(Page::cell)
                                        .orElse("–"))
                        .append("</td>");
            }
            if (servers.size() == 2) {
                html.append("<td>")
                        .append(row.ratio().map("%.2f"::formatted).orElse(""))
                        .append("</td>");
            }
            html.append("</tr>");
        }
        return html.append("</tbody></table></div>").append(percentiles(report)).toString();
    }

    private static String cell(Report.Cell cell) {
        String median = Report.number(cell.median());
        return cell.min() == cell.max()
                ? median
                : median
                        + " <small>"
                        + Report.number(cell.min())
                        + " to "
                        + Report.number(cell.max())
                        + "</small>";
    }

    private static String percentiles(Report report) {
        StringBuilder rows = new StringBuilder();
        LinkedHashSet<String> names = new LinkedHashSet<>();
        report.runs().forEach(run -> run.latencies().forEach(l -> names.add(l.name())));
        for (String name : names) {
            for (String server : report.servers()) {
                List<Run.Latency> all = report.latencies(server, name);
                if (!all.isEmpty()) {
                    rows.append(
                            "<tr><td>%s <small>%s</small></td>"
                                    .formatted(escape(name), escape(server)));
                    for (double value :
                            new double[] {
                                Report.median(all, Run.Latency::p50),
                                Report.median(all, Run.Latency::p90),
                                Report.median(all, Run.Latency::p99),
                                Report.median(all, Run.Latency::p999),
                                Report.median(all, Run.Latency::max)
                            }) {
                        rows.append("<td>").append(Report.number(value)).append("</td>");
                    }
                    rows.append("</tr>");
                }
            }
        }
        return rows.isEmpty()
                ? ""
                : "<div class=\"scroll\"><table><thead><tr><th>latency, ms; medians of the rounds</th><th>p50</th><th>p90</th><th>p99</th><th>p99.9</th><th>max</th></tr></thead><tbody>"
                        + rows
                        + "</tbody></table></div>";
    }

    private static String facts(String title, Map<String, String> facts) {
        StringBuilder html = new StringBuilder("<h2>").append(escape(title)).append("</h2><dl>");
        facts.forEach(
                (name, value) ->
                        html.append(
                                "<dt>%s</dt><dd>%s</dd>".formatted(escape(name), escape(value))));
        return html.append("</dl>").toString();
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static String resource(String name) {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks " + name);
            }
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
