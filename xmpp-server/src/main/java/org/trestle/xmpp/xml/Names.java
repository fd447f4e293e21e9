package org.trestle.xmpp.xml;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The names that nearly every stanza has, so that reading one makes no new strings for them. Never grows. */
final class Names {
    private static final int SLOTS = 256;

    private record Known(byte[] bytes, String text) {}

    private static final @Nullable Known[] KNOWN = known();

    private Names() {}

    private static @Nullable Known[] known() {
        String[] names = {
            "message",
            "presence",
            "iq",
            "stream",
            "features",
            "auth",
            "response",
            "abort",
            "starttls",
            "handshake",
            "to",
            "from",
            "id",
            "type",
            "lang",
            "version",
            "mechanism",
            "xmlns",
            "r",
            "a",
            "h",
            "chat",
            "groupchat",
            "get",
            "set",
            "result",
            "error",
            "normal",
            "headline",
            "unavailable",
            "1.0",
            "en",
            Namespaces.STREAM,
            Namespaces.CLIENT,
            Namespaces.COMPONENT,
            Namespaces.TLS,
            Namespaces.SASL,
            Namespaces.BIND,
            Namespaces.SESSION,
            Namespaces.XML
        };
        @Nullable Known[] table = new @Nullable Known[SLOTS];
        for (String name : names) {
            byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
            // Two names in one slot: the first stays, and the other is only read more slowly.
            int slot = slot(bytes, 0, bytes.length);
            if (table[slot] == null) {
                table[slot] = new Known(bytes, name);
            }
        }
        return table;
    }

    private static int slot(byte[] in, int from, int to) {
        int length = to - from;
        return length == 0 ? 0 : (in[from] * 31 + in[to - 1] * 7 + in[from + length / 2] * 3 + length) & (SLOTS - 1);
    }

    /** The text of these bytes, which have no references in them. */
    static String of(byte[] in, int from, int to) {
        Known known = KNOWN[slot(in, from, to)];
        if (known != null && Arrays.equals(in, from, to, known.bytes, 0, known.bytes.length)) {
            return known.text;
        }
        return new String(in, from, to - from, StandardCharsets.UTF_8);
    }

    /** The text of an attribute value. */
    static String text(byte[] in, int from, int to) {
        Known known = KNOWN[slot(in, from, to)];
        if (known != null && Arrays.equals(in, from, to, known.bytes, 0, known.bytes.length)) {
            return known.text;
        }
        return References.attributeValue(in, from, to);
    }
}
