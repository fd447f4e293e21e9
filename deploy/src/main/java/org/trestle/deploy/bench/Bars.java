package org.trestle.deploy.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Lays results out as horizontal bars: a group for each workload, a bar for each server, each group on its own scale.
 * Names and numbers have columns of their own to the left of the bars, so that nothing that is drawn over bars can be in
 * the way of a number. Narrow, with large letters, so that it can be read on a telephone too.
 */
final class Bars {
    private static final int WIDTH = 460;
    private static final int MARGIN = 14;
    private static final int ROOM = WIDTH - 2 * MARGIN;

    private static final int TITLE = 20;
    private static final int HEADING = 15;
    private static final int PLAIN = 14;
    private static final int LONGEST_NAME = 160;
    private static final int COLUMN_GAP = 8;

    private static final int BAR = 15;
    private static final int PITCH = 21;
    private static final int RISE = 2;
    private static final int ABOVE_BARS = 5;
    private static final int GROUP_GAP = 16;
    private static final double LINE = 1.3;

    private final Results results;
    private final List<Picture.Shape> shapes = new ArrayList<>();
    private final int numbersEnd;
    private final int barsBegin;
    private final int longest;
    private int y = MARGIN;

    private Bars(Results results) {
        this.results = results;
        int names = 0;
        int numbers = Letters.width("–", PLAIN, false);
        for (String server : results.servers()) {
            names = Math.max(names, Letters.width(server, PLAIN, false));
        }
        for (Results.Row row : results.rows()) {
            for (String server : results.servers()) {
                Workload.Sample median = row.median(server);
                String number = median == null ? "" : Results.number(median.value());
                numbers = Math.max(numbers, Letters.width(number, PLAIN, false));
            }
        }
        this.numbersEnd = MARGIN + Math.min(names, LONGEST_NAME) + COLUMN_GAP + numbers;
        this.barsBegin = numbersEnd + COLUMN_GAP;
        this.longest = WIDTH - MARGIN - (int) Math.ceil(Picture.Stroke.REACH) - barsBegin;
    }

    /** All of it, from top to bottom. */
    static Picture picture(String title, Results results) {
        Bars bars = new Bars(results);
        bars.words(title, TITLE, true);
        bars.legend();
        for (Results.Row row : results.rows()) {
            bars.group(row);
        }
        return new Picture(title, WIDTH, bars.y + MARGIN, List.copyOf(bars.shapes));
    }

    private void legend() {
        y += GROUP_GAP / 2;
        for (String server : results.servers()) {
            legend(results.heading(server), new Picture.Bar(MARGIN, y, BAR, BAR, color(server)));
        }
        boolean aims = results.rows().stream()
                .flatMap(row -> row.aims().stream().filter(aim -> isDrawn(row, aim)))
                .findAny()
                .isPresent();
        if (aims) {
            legend("what it should need at most", new Picture.Stroke(MARGIN + BAR / 2.0, y - RISE, BAR + 2 * RISE));
        }
        words(
                Results.asWords(results.rounds(), false) + "; shorter is better; each group has its own scale.",
                PLAIN,
                false);
    }

    private void legend(String meaning, Picture.Shape sample) {
        shapes.add(sample);
        int indent = BAR + COLUMN_GAP;
        int line = 0;
        for (String words : Letters.wrap(meaning, PLAIN, false, ROOM - indent)) {
            shapes.add(new Picture.Words(MARGIN + indent, y + line + PLAIN - RISE, PLAIN, false, false, words));
            line += PITCH;
        }
        y += line;
    }

    private void group(Results.Row row) {
        y += GROUP_GAP;
        words(row.title(), HEADING, true);
        words(row.unit() + aims(row), PLAIN, false);
        y += ABOVE_BARS;
        double most = most(row);
        for (String server : results.servers()) {
            if (row.median(server) != null || row.failures().containsKey(server)) {
                bar(row, server, longest / most);
            }
        }
    }

    private void bar(Results.Row row, String server, double scale) {
        int baseline = y + PLAIN - RISE;
        String name = Letters.cut(server, PLAIN, false, LONGEST_NAME);
        shapes.add(new Picture.Words(MARGIN, baseline, PLAIN, false, false, name));
        Workload.Sample median = row.median(server);
        if (median == null) {
            shapes.add(new Picture.Words(numbersEnd, baseline, PLAIN, false, true, "–"));
            shapes.add(new Picture.Words(barsBegin, baseline, PLAIN, false, false, "not measured"));
        } else {
            String number = Results.number(median.value());
            shapes.add(new Picture.Words(numbersEnd, baseline, PLAIN, false, true, number));
            int width = (int) Math.max(1, Math.round(scale * median.value()));
            shapes.add(new Picture.Bar(barsBegin, y, width, BAR, color(server)));
            row.aims().stream()
                    .filter(aim -> aim.server().equals(server) && isDrawn(row, aim))
                    .forEach(aim -> shapes.add(new Picture.Stroke(
                            barsBegin + scale * aim.limit(row).orElse(0), y - RISE, BAR + 2 * RISE)));
        }
        y += PITCH;
    }

    /** The first two colors are two of a kind: for the first server, and for more of the same name. */
    private int color(String server) {
        List<String> servers = results.servers();
        int place = servers.indexOf(server);
        if (place == 0 || server.startsWith(servers.get(0))) {
            return Math.min(place, 1);
        }
        int strangers = (int) servers.subList(0, place).stream()
                .filter(other -> !other.startsWith(servers.get(0)))
                .count();
        return 2 + strangers % (Picture.COLORS - 2);
    }

    /** The highest that the group must have room for; never 0. */
    private double most(Results.Row row) {
        double most = 1e-9;
        for (String server : results.servers()) {
            Workload.Sample median = row.median(server);
            most = Math.max(most, median == null ? 0 : median.value());
        }
        for (Aim aim : row.aims()) {
            most = Math.max(most, isDrawn(row, aim) ? aim.limit(row).orElse(0) : 0);
        }
        return most;
    }

    private static boolean isDrawn(Results.Row row, Aim aim) {
        return aim.isMet(row).isPresent();
    }

    /** What is to be reached, in words; with the server's name when it is not the same for all. */
    private static String aims(Results.Row row) {
        StringBuilder words = new StringBuilder();
        List<Aim> drawn = row.aims().stream().filter(aim -> isDrawn(row, aim)).toList();
        for (Aim aim : drawn) {
            OptionalDouble limit = aim.limit(row);
            words.append("; ").append(drawn.size() > 1 ? aim.server() + " " : "");
            words.append("at most ").append(Results.number(limit.orElse(0)));
            words.append(aim.isMet(row).orElse(false) ? ": met" : ": missed");
        }
        return words.toString();
    }

    private void words(String words, int size, boolean bold) {
        for (String line : Letters.wrap(words, size, bold, ROOM)) {
            y += (int) Math.ceil(LINE * size);
            shapes.add(new Picture.Words(MARGIN, y - (int) Math.ceil((LINE - 1) * size), size, bold, false, line));
        }
    }
}
