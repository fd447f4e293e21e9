package org.trestle.deploy.bench;

import java.util.List;
import java.util.OptionalDouble;

/**
 * Draws results as horizontal bars: a group for each workload, a bar for each server, each group on its own scale. Narrow,
 * with large letters, so that it can be read on a telephone too.
 */
final class Bars {
    private static final List<String> COLORS = List.of("#1f6f8b", "#7fb7be", "#c9a227", "#9a9a9a", "#b4654a");
    private static final int WIDTH = 640;
    private static final int LEFT = 140;
    private static final int LONGEST = 420;
    private static final int MARGIN = 16;
    private static final int BAR = 20;
    private static final int HEAD = 26;
    private static final int GAP = 18;

    private Bars() {}

    /** An SVG picture on a white ground. */
    static String svg(String title, Results results) {
        StringBuilder body = new StringBuilder();
        int y = 70;
        boolean aims = false;
        for (Results.Row row : results.rows()) {
            List<String> servers = results.servers().stream()
                    .filter(server ->
                            row.median(server) != null || row.failures().containsKey(server))
                    .toList();
            body.append(text(MARGIN, y + 14, 15, "bold", row.title() + ", " + row.unit()));
            y += HEAD;
            double scale = LONGEST / Math.max(most(row, servers), 1e-9);
            StringBuilder strokes = new StringBuilder();
            aims |= limits(row, servers, scale, y, strokes);
            for (String server : servers) {
                body.append(text(MARGIN, y + BAR - 6, 13, "normal", server));
                Workload.Sample sample = row.median(server);
                if (sample == null) {
                    body.append(text(LEFT, y + BAR - 6, 13, "normal", "not measured"));
                } else {
                    int width = (int) Math.max(2, Math.round(scale * sample.value()));
                    int color = results.servers().indexOf(server) % COLORS.size();
                    String bar = "<rect x='%d' y='%d' width='%d' height='%d' rx='2' fill='%s'/>\n"
                            .formatted(LEFT, y, width, BAR - 4, COLORS.get(color));
                    body.append(bar);
                    body.append(text(LEFT + width + 6, y + BAR - 6, 13, "normal", Results.number(sample.value())));
                }
                y += BAR;
            }
            body.append(strokes);
            y += GAP;
        }
        String legend = "Medians; shorter is better; each group has its own scale."
                + (aims ? " Red: what is to be reached." : "");
        return "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' font-family='sans-serif'>\n"
                        .formatted(WIDTH, y)
                + "<rect width='100%' height='100%' fill='white'/>\n"
                + text(MARGIN, 30, 19, "bold", title)
                + text(MARGIN, 52, 13, "normal", legend)
                + body
                + "</svg>\n";
    }

    private static double most(Results.Row row, List<String> servers) {
        double most = 0;
        for (String server : servers) {
            Workload.Sample sample = row.median(server);
            most = Math.max(most, sample == null ? 0 : sample.value());
        }
        for (Aim aim : row.aims()) {
            most = Math.max(
                    most, servers.contains(aim.server()) ? aim.limit(row).orElse(0) : 0);
        }
        return most;
    }

    /** A stroke through the bar of the server that is to stay below; whether there was one. */
    private static boolean limits(Results.Row row, List<String> servers, double scale, int y, StringBuilder body) {
        boolean any = false;
        for (Aim aim : row.aims()) {
            int place = servers.indexOf(aim.server());
            OptionalDouble limit = aim.limit(row);
            if (place >= 0 && limit.isPresent()) {
                long x = LEFT + Math.round(scale * limit.getAsDouble());
                String stroke = "<rect x='%d' y='%d' width='3' height='%d' fill='#c0392b'/>\n"
                        .formatted(x, y + place * BAR - 2, BAR);
                body.append(stroke);
                any = true;
            }
        }
        return any;
    }

    private static String text(int x, int y, int size, String weight, String words) {
        String escaped = words.replace("&", "&amp;").replace("<", "&lt;");
        return "<text x='%d' y='%d' font-size='%d' font-weight='%s' fill='#222'>%s</text>\n"
                .formatted(x, y, size, weight, escaped);
    }
}
