package org.trestle.deploy.bench;

import java.util.List;

/** Draws results as horizontal bars: a group for each workload, a bar for each server, each group on its own scale. */
final class Bars {
    private static final List<String> COLORS = List.of("#1f6f8b", "#c9a227", "#9a9a9a", "#b4654a");
    private static final int WIDTH = 900;
    private static final int LEFT = 120;
    private static final int LONGEST = 640;
    private static final int BAR = 18;
    private static final int HEAD = 34;

    private Bars() {}

    /** An SVG picture on a white ground. */
    static String svg(String title, Results results) {
        StringBuilder body = new StringBuilder();
        int y = 64;
        for (Results.Row row : results.rows()) {
            double most = results.servers().stream()
                    .map(row::median)
                    .mapToDouble(sample -> sample == null ? 0 : sample.value())
                    .max()
                    .orElse(1);
            body.append(text(20, y + 16, 14, "bold", row.title() + " – " + row.unit()));
            y += HEAD - 6;
            for (int i = 0; i < results.servers().size(); i++) {
                String server = results.servers().get(i);
                Workload.Sample sample = row.median(server);
                body.append(text(20, y + BAR - 5, 12, "normal", server));
                if (sample != null) {
                    int width = (int) Math.max(2, Math.round(LONGEST * sample.value() / Math.max(most, 1e-9)));
                    String bar = "<rect x='%d' y='%d' width='%d' height='%d' rx='2' fill='%s'/>\n"
                            .formatted(LEFT, y, width, BAR - 4, COLORS.get(i % COLORS.size()));
                    body.append(bar);
                    body.append(text(LEFT + width + 6, y + BAR - 6, 12, "normal", Results.number(sample.value())));
                } else {
                    body.append(text(LEFT, y + BAR - 6, 12, "normal", "not measured"));
                }
                y += BAR + 2;
            }
            y += 14;
        }
        return "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' font-family='sans-serif'>\n"
                        .formatted(WIDTH, y)
                + "<rect width='100%' height='100%' fill='white'/>\n"
                + text(20, 32, 18, "bold", title)
                + text(20, 52, 12, "normal", "Medians; shorter is better; each group has a scale of its own.")
                + body
                + "</svg>\n";
    }

    private static String text(int x, int y, int size, String weight, String words) {
        String escaped = words.replace("&", "&amp;").replace("<", "&lt;");
        return "<text x='%d' y='%d' font-size='%d' font-weight='%s' fill='#222'>%s</text>\n"
                .formatted(x, y, size, weight, escaped);
    }
}
