package org.trestle.deploy.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was measured so far, by workload and server, in the order in which they came first. */
public final class Results {

    /**
     * One workload.
     *
     * @param samples what each server's runs came to
     * @param failures why runs came to nothing: the last reason of each server that failed
     */
    public record Row(
            String title,
            String unit,
            List<Aim> aims,
            Map<String, List<Workload.Sample>> samples,
            Map<String, String> failures) {

        /** The run in the middle, of an even number the better of the two; null when there is none. */
        public Workload.@Nullable Sample median(String server) {
            List<Workload.Sample> runs = new ArrayList<>(samples.getOrDefault(server, List.of()));
            runs.sort((a, b) -> Double.compare(a.value(), b.value()));
            return runs.isEmpty() ? null : runs.get((runs.size() - 1) / 2);
        }

        private Row(String title, String unit, List<Aim> aims) {
            this(title, unit, aims, new LinkedHashMap<>(), new LinkedHashMap<>());
        }

        private void add(Contender server, Workload.Sample sample) {
            samples.computeIfAbsent(server.name(), name -> new ArrayList<>()).add(sample);
        }

        private String verdicts() {
            return String.join(
                    "<br>",
                    aims.stream()
                            .map(aim -> aim.verdict(this))
                            .filter(words -> !words.isEmpty())
                            .toList());
        }
    }

    private final Map<String, Row> rows = new LinkedHashMap<>();
    private final Map<String, String> servers = new LinkedHashMap<>();

    void add(Contender server, Workload<?> workload, Workload.Sample sample) {
        row(server, workload.title(), workload.unit(), workload.aims()).add(server, sample);
        Workload.Side side = sample.side();
        if (side != null) {
            row(server, workload.title(), side.unit(), side.aims()).add(server, new Workload.Sample(side.value(), ""));
        }
    }

    void failed(Contender server, Workload<?> workload, String why) {
        row(server, workload.title(), workload.unit(), workload.aims())
                .failures()
                .put(server.name(), why);
    }

    private Row row(Contender server, String title, String unit, List<Aim> aims) {
        servers.computeIfAbsent(server.name(), name -> server.version());
        return rows.computeIfAbsent(title + ", " + unit, key -> new Row(title, unit, aims));
    }

    public List<Row> rows() {
        return List.copyOf(rows.values());
    }

    /** The servers' names. */
    public List<String> servers() {
        return List.copyOf(servers.keySet());
    }

    /** A table in Markdown; with a last column for what was to be reached, when something was. */
    public String table() {
        boolean aims = rows().stream().anyMatch(row -> !row.aims().isEmpty());
        StringBuilder text = new StringBuilder("| |");
        servers.forEach((name, version) ->
                text.append(' ').append(name).append(' ').append(version).append(" |"));
        text.append(aims ? " at most |" : "");
        text.append("\n|---|").append("---|".repeat(servers.size() + (aims ? 1 : 0)));
        text.append('\n');
        for (Row row : rows()) {
            text.append("| ").append(row.title()).append(", ").append(row.unit());
            text.append(" |");
            servers()
                    .forEach(
                            server -> text.append(' ').append(cell(row, server)).append(" |"));
            if (aims) {
                text.append(' ').append(row.verdicts()).append(" |");
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static String cell(Row row, String server) {
        Workload.Sample median = row.median(server);
        if (median == null) {
            String why = row.failures().get(server);
            return why == null ? "" : "not measured: " + why;
        }
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
