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

        /**
         * The run in the middle; of an even number the worse of the two in the middle, for every server alike. Null when
         * there is none.
         */
        public Workload.@Nullable Sample median(String server) {
            List<Workload.Sample> runs = new ArrayList<>(samples.getOrDefault(server, List.of()));
            runs.sort((a, b) -> Double.compare(a.value(), b.value()));
            return runs.isEmpty() ? null : runs.get(runs.size() / 2);
        }

        private Row(String title, String unit, List<Aim> aims) {
            this(title, unit, aims, new LinkedHashMap<>(), new LinkedHashMap<>());
        }

        void add(String server, Workload.Sample sample) {
            samples.computeIfAbsent(server, name -> new ArrayList<>()).add(sample);
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

    /** The fact that tells how often each server was measured. */
    static final String ROUNDS = "rounds";

    private final Map<String, Row> rows = new LinkedHashMap<>();
    private final Map<String, String> servers = new LinkedHashMap<>();
    private final Map<String, String> facts = new LinkedHashMap<>();

    /** Keeps what a reader must know of how it was measured, such as "seconds" and "4". */
    public void note(String fact, Object value) {
        facts.put(fact, value.toString());
    }

    /** What was noted; a question mark when nothing was. */
    public String fact(String name) {
        return facts.getOrDefault(name, "?");
    }

    Map<String, String> facts() {
        return facts;
    }

    /** How often each server was measured. */
    public int rounds() {
        return Integer.parseInt(facts.getOrDefault(ROUNDS, "1"));
    }

    /**
     * How a figure comes of so many rounds, in words: "Medians of 3 rounds".
     *
     * @param range whether the lowest and the highest are written beside it
     */
    public static String asWords(int rounds, boolean range) {
        String words = switch (rounds) {
            case 1 -> "One round";
            case 2 -> "The worse of 2 rounds";
            default ->
                "Medians of " + rounds + " rounds" + (rounds % 2 == 0 ? ", of the two in the middle the worse" : "");
        };
        return words + (range && rounds > 1 ? " (lowest to highest)" : "");
    }

    void add(Contender server, Workload<?> workload, Workload.Sample sample) {
        takesPart(server.name(), server.version());
        row(workload.title(), workload.unit(), workload.aims()).add(server.name(), sample);
        Workload.Side side = sample.side();
        if (side != null) {
            row(workload.title(), side.unit(), side.aims())
                    .add(server.name(), new Workload.Sample(side.value(), side.note()));
        }
    }

    void failed(Contender server, Workload<?> workload, String why) {
        takesPart(server.name(), server.version());
        row(workload.title(), workload.unit(), workload.aims()).failures().put(server.name(), why);
    }

    void takesPart(String server, String version) {
        servers.putIfAbsent(server, version);
    }

    Row row(String title, String unit, List<Aim> aims) {
        return rows.computeIfAbsent(title + ", " + unit, key -> new Row(title, unit, aims));
    }

    public List<Row> rows() {
        return List.copyOf(rows.values());
    }

    /** The servers' names. */
    public List<String> servers() {
        return List.copyOf(servers.keySet());
    }

    /** A server's name and release. */
    String heading(String server) {
        return (server + " " + servers.getOrDefault(server, "")).strip();
    }

    Map<String, String> versions() {
        return servers;
    }

    /** A table in Markdown; with a last column for what was to be reached, when something was. */
    public String table() {
        boolean aims = rows().stream().anyMatch(row -> !row.aims().isEmpty());
        StringBuilder text = new StringBuilder("| |");
        servers().forEach(server -> text.append(' ').append(heading(server)).append(" |"));
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
