package org.trestle.deploy.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was measured so far, by workload and server, in the order in which they came first. */
public final class Results {

    /** One workload: its title and unit, and what each server's runs came to. */
    public record Row(String title, String unit, Map<String, List<Workload.Sample>> samples) {

        /** The run in the middle, of an even number the better of the two; null when there is none. */
        public Workload.@Nullable Sample median(String server) {
            List<Workload.Sample> runs = new ArrayList<>(samples.getOrDefault(server, List.of()));
            runs.sort((a, b) -> Double.compare(a.value(), b.value()));
            return runs.isEmpty() ? null : runs.get((runs.size() - 1) / 2);
        }
    }

    private final Map<String, Row> rows = new LinkedHashMap<>();
    private final Map<String, String> servers = new LinkedHashMap<>();

    void add(Contender server, Workload<?> workload, Workload.Sample sample) {
        servers.putIfAbsent(server.name(), server.version());
        rows.computeIfAbsent(workload.title(), title -> new Row(title, workload.unit(), new LinkedHashMap<>()))
                .samples()
                .computeIfAbsent(server.name(), name -> new ArrayList<>())
                .add(sample);
    }

    public List<Row> rows() {
        return List.copyOf(rows.values());
    }

    /** The servers' names. */
    public List<String> servers() {
        return List.copyOf(servers.keySet());
    }

    /** A table in Markdown. */
    public String table() {
        StringBuilder text = new StringBuilder("| |");
        servers.forEach((name, version) ->
                text.append(' ').append(name).append(' ').append(version).append(" |"));
        text.append("\n|---|").append("---|".repeat(servers.size())).append('\n');
        for (Row row : rows()) {
            text.append("| ")
                    .append(row.title())
                    .append(", ")
                    .append(row.unit())
                    .append(" |");
            for (String server : servers()) {
                Workload.Sample sample = row.median(server);
                text.append(' ')
                        .append(sample == null ? "–" : cell(row, server, sample))
                        .append(" |");
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static String cell(Row row, String server, Workload.Sample median) {
        List<Double> values = row.samples().getOrDefault(server, List.of()).stream()
                .map(Workload.Sample::value)
                .sorted()
                .toList();
        String range = values.size() < 2
                ? ""
                : " (" + number(values.get(0)) + " to " + number(values.get(values.size() - 1)) + ")";
        return "**" + number(median.value()) + "**" + range + (median.note().isEmpty() ? "" : "<br>" + median.note());
    }

    /** Three digits at most, or as many as stand before the point. */
    static String number(double value) {
        String format = value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value);
    }
}
