package org.trestle.xmpp.xml;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Where the start tags of the elements directly inside a first-level element are, for declaring prefixes again in them. */
final class FirstTags {
    private static final int KEPT = 64;

    private int[] positions = new int[8];
    private int size;

    void clear() {
        size = 0;
        if (positions.length > KEPT) {
            positions = new int[8];
        }
    }

    /** Notes a tag, relative to the start of the first-level element. */
    void add(int from, int to) {
        if (2 * size == positions.length) {
            positions = Arrays.copyOf(positions, 2 * positions.length);
        }
        positions[2 * size] = from;
        positions[2 * size + 1] = to;
        size++;
    }

    /**
     * The content with the declarations put into each of these tags that does not declare the same prefix itself. Many tags
     * and one long namespace would make much of little, so this has its limit.
     */
    byte[] declareAgain(
            byte[] in,
            int base,
            int contentFrom,
            int contentTo,
            List<Prefixes.Declaration> needed,
            RawTag tag,
            int maxBytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(contentTo - contentFrom + 64 * needed.size());
        int copied = contentFrom;
        for (int i = 0; i < size; i++) {
            tag.read(in, base + positions[2 * i], base + positions[2 * i + 1]);
            int nameTo = tag.nameTo - base;
            out.write(in, base + copied, nameTo - copied);
            copied = nameTo;
            for (Prefixes.Declaration each : needed) {
                if (!declares(tag, in, each.prefix())) {
                    out.writeBytes(attribute(each));
                    requireRoom(out.size(), maxBytes);
                }
            }
        }
        out.write(in, base + copied, contentTo - copied);
        return out.toByteArray();
    }

    /** Twice, because an element that was within its limit as it came may grow a little. */
    private static void requireRoom(int size, int maxBytes) {
        if (size > 2L * maxBytes) {
            throw Broken.limit("more than " + 2L * maxBytes
                    + " bytes in one first-level element with the prefixes of its surroundings declared in it");
        }
    }

    private static boolean declares(RawTag tag, byte[] in, byte[] prefix) {
        for (int i = 0; i < tag.attributes; i++) {
            if (tag.colons[i] >= 0
                    && tag.isDeclaration(i)
                    && Arrays.equals(in, tag.colons[i] + 1, tag.nameEnds[i], prefix, 0, prefix.length)) {
                return true;
            }
        }
        return false;
    }

    private static byte[] attribute(Prefixes.Declaration declaration) {
        StringBuilder out = new StringBuilder();
        String prefix = new String(declaration.prefix(), StandardCharsets.UTF_8);
        XmlWriter.attribute(out, "xmlns:" + prefix, declaration.namespace());
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }
}
