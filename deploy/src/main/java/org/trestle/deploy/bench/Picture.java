package org.trestle.deploy.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Shapes on a ground of its own, so that it can be read on a bright page and on a dark one. Every shape knows the room
 * that it takes.
 */
record Picture(String title, int width, int height, List<Shape> shapes) {

    /** How much wider than its own units it is shown where there is room. */
    private static final double SHOWN = 1.4;

    private static final String STYLE = """
            <style>
            svg { max-width: 100%; height: auto }
            .ground { fill: #ffffff } .edge { fill: none; stroke: #d0d7de }
            .words { fill: #1f2328 } .number { fill: #1f2328; font-variant-numeric: tabular-nums }
            .aim { fill: #b3001b } .halo { fill: #ffffff }
            .bar0 { fill: #005b96 } .bar1 { fill: #3f98c9 } .bar2 { fill: #c17600 } .bar3 { fill: #7d7d7d } .bar4 { fill: #7b2d6f }
            @media (prefers-color-scheme: dark) {
            .ground { fill: #0d1117 } .edge { stroke: #3d444d }
            .words, .number { fill: #f0f6fc }
            .aim { fill: #ff8f85 } .halo { fill: #0d1117 }
            .bar0 { fill: #1f86c7 } .bar1 { fill: #8ecdf2 } .bar2 { fill: #e69f00 } .bar3 { fill: #a5a5a5 } .bar4 { fill: #f2bfe0 }
            }
            </style>
            """;

    /** How many there are; they differ in brightness too, for those who do not see all of them. */
    static final int COLORS = 5;

    /** The room that something takes. */
    record Box(double left, double top, double right, double bottom) {

        boolean overlaps(Box other) {
            return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
        }
    }

    /** Something that is drawn. */
    sealed interface Shape {
        Box box();

        String svg();
    }

    /** A line of words that begins at {@code x} or ends there. */
    record Words(int x, int baseline, int size, boolean bold, boolean ends, String words) implements Shape {
        private static final double ASCENT = 0.95;
        private static final double DESCENT = 0.25;

        @Override
        public Box box() {
            int wide = Letters.width(words, size, bold);
            int left = ends ? x - wide : x;
            return new Box(left, baseline - ASCENT * size, left + wide, baseline + DESCENT * size);
        }

        @Override
        public String svg() {
            String escaped = words.replace("&", "&amp;").replace("<", "&lt;");
            return "<text class='%s' x='%d' y='%d' font-size='%d'%s%s>%s</text>\n"
                    .formatted(
                            ends ? "number" : "words",
                            x,
                            baseline,
                            size,
                            bold ? " font-weight='bold'" : "",
                            ends ? " text-anchor='end'" : "",
                            escaped);
        }
    }

    /**
     * A server's figure.
     *
     * @param color from 0 to {@link #COLORS} - 1
     */
    record Bar(int x, int y, int width, int height, int color) implements Shape {
        @Override
        public Box box() {
            return new Box(x, y, x + width, y + height);
        }

        @Override
        public String svg() {
            return "<rect class='bar%d' x='%d' y='%d' width='%d' height='%d' rx='2'/>\n"
                    .formatted(color, x, y, width, height);
        }
    }

    /** What is to be reached: a stroke that is higher than the bar, with a border that tells it from the bar. */
    record Stroke(double middle, int y, int height) implements Shape {
        private static final double HALF = 1.5;
        private static final double BORDER = 1.5;

        /** How far it reaches on either side. */
        static final double REACH = HALF + BORDER;

        @Override
        public Box box() {
            return new Box(middle - REACH, y, middle + REACH, y + height);
        }

        @Override
        public String svg() {
            return rect("halo", REACH) + rect("aim", HALF);
        }

        private String rect(String look, double half) {
            return String.format(
                    Locale.ROOT,
                    "<rect class='%s' x='%.1f' y='%d' width='%.1f' height='%d'/>\n",
                    look,
                    middle - half,
                    y,
                    2 * half,
                    height);
        }
    }

    /** As a file that browsers show. */
    String svg() {
        StringBuilder text = new StringBuilder();
        text.append("<svg xmlns='http://www.w3.org/2000/svg' role='img' viewBox='0 0 %d %d' width='%d' height='%d'"
                .formatted(width, height, Math.round(SHOWN * width), Math.round(SHOWN * height)));
        text.append(" font-family=\"system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif\">\n");
        text.append("<title>").append(title.replace("&", "&amp;").replace("<", "&lt;"));
        text.append("</title>\n").append(STYLE);
        text.append("<rect class='ground' width='100%' height='100%'/>\n");
        text.append("<rect class='edge' x='0.5' y='0.5' width='%d' height='%d' rx='4'/>\n"
                .formatted(width - 1, height - 1));
        List<Shape> last = new ArrayList<>();
        for (Shape shape : shapes) {
            if (shape instanceof Stroke) {
                last.add(shape);
            } else {
                text.append(shape.svg());
            }
        }
        last.forEach(shape -> text.append(shape.svg()));
        return text.append("</svg>\n").toString();
    }
}
