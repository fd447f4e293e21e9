package org.trestle.deploy.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The layout of the picture, by the boxes of what is in it. */
final class BarsTest {
    private static final String LONG = "longest pause for the collector at 50,000 packets/s, while clients come and go";

    private static Results results(Random random, int servers) {
        Results results = new Results();
        results.note(Results.ROUNDS, 1 + random.nextInt(4));
        for (int i = 0; i < servers; i++) {
            results.takesPart(
                    i == 0 ? "Trestle" : "server " + "wide ".repeat(random.nextInt(6)) + i, "1.0".repeat(i + 1));
        }
        List<String> names = results.servers();
        for (int i = 0; i < 12; i++) {
            double size = Math.pow(10, random.nextInt(14) - 6);
            Aim absolute = Aim.atMost("Trestle", size * random.nextDouble());
            Aim relative = Aim.ofBest(names.get(random.nextInt(servers)), 3 * random.nextDouble(), "Trestle");
            Results.Row row = results.row(
                    LONG.substring(0, 8 + random.nextInt(LONG.length() - 8)) + i,
                    random.nextBoolean() ? "µs" : "CPU µs/" + "message".repeat(1 + random.nextInt(9)),
                    List.of(absolute, relative));
            for (String server : names) {
                switch (random.nextInt(8)) {
                    case 0 -> row.failures().put(server, "no port");
                    case 1 -> row.add(server, new Workload.Sample(0, ""));
                    case 2 -> row.add(server, new Workload.Sample(absolute.share(), ""));
                    default -> row.add(server, new Workload.Sample(size * random.nextDouble(), ""));
                }
            }
        }
        return results;
    }

    private static void assertTidy(Picture picture, String which) {
        for (int i = 0; i < picture.shapes().size(); i++) {
            Picture.Shape shape = picture.shapes().get(i);
            Picture.Box box = shape.box();
            assertTrue(
                    box.left() >= 0
                            && box.top() >= 0
                            && box.right() <= picture.width()
                            && box.bottom() <= picture.height(),
                    () -> which + ": clipped: " + shape);
            for (Picture.Shape other : picture.shapes().subList(0, i)) {
                boolean onItsBar = shape instanceof Picture.Stroke && !(other instanceof Picture.Words);
                assertTrue(onItsBar || !box.overlaps(other.box()), () -> which + ": " + shape + " is over " + other);
            }
        }
    }

    @Test
    void nothingIsClippedAndNothingIsOverWordsOrNumbersAtAnyValue() {
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            Picture picture = Bars.picture(LONG, results(random, 1 + random.nextInt(5)));
            assertTidy(picture, "seed " + seed);
        }
    }

    @Test
    void barsAreToScaleAndHaveNameNumberUnitAndAim() {
        Results results = new Results();
        results.takesPart("Trestle", "0.1");
        results.takesPart("coturn 4.6.1", "(Debian)");
        Results.Row row = results.row("single packets", "CPU µs/packet", List.of(Aim.atMost("Trestle", 5)));
        row.add("Trestle", new Workload.Sample(2.5, ""));
        row.add("coturn 4.6.1", new Workload.Sample(10, ""));
        Picture picture = Bars.picture("Costs", results);
        List<Picture.Bar> bars = of(picture, Picture.Bar.class);
        List<Picture.Stroke> strokes = of(picture, Picture.Stroke.class);
        Picture.Bar ours = bars.get(2);
        Picture.Bar theirs = bars.get(3);
        assertEquals(theirs.width() / 4.0, ours.width(), 0.5);
        assertEquals(ours.x() + theirs.width() / 2.0, strokes.get(1).middle(), 0.5);
        assertTrue(ours.color() != theirs.color(), "two colors");
        assertEquals(
                List.of(
                        "Costs",
                        "Trestle 0.1",
                        "coturn 4.6.1 (Debian)",
                        "what it should need at most",
                        "single packets",
                        "CPU µs/packet; at most 5.00: met",
                        "Trestle",
                        "2.50",
                        "coturn 4.6.1",
                        "10.0"),
                of(picture, Picture.Words.class).stream()
                        .map(Picture.Words::words)
                        .filter(words -> !words.startsWith("One round") && !words.equals("scale."))
                        .toList());
    }

    @Test
    void aServerOfTheSameNameHasAColorOfTheSameKind() {
        Results results = new Results();
        for (String server : List.of("Trestle", "Trestle, two nodes", "Prosody", "ejabberd")) {
            results.takesPart(server, "1");
        }
        assertEquals(
                List.of(0, 1, 2, 3),
                of(Bars.picture("Costs", results), Picture.Bar.class).stream()
                        .map(Picture.Bar::color)
                        .toList());
    }

    @Test
    void linesAreBrokenBetweenWordsAndCutWhereThereIsNone() {
        assertEquals(List.of("one two", "three"), Letters.wrap("one two three", 10, false, 60));
        assertEquals(List.of("a", "bbbbb…", "c"), Letters.wrap("a bbbbbbbbbbbbbbbbbb c", 10, false, 45));
        assertTrue(Letters.width("Wide", 10, true) > Letters.width("Wide", 10, false));
        assertFalse(Letters.cut("coturn 4.6.1", 14, false, 50).endsWith("1"));
    }

    private static <T extends Picture.Shape> List<T> of(Picture picture, Class<T> kind) {
        return picture.shapes().stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }
}
