package org.trestle.xmpp.xml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which prefixes are declared (Namespaces in XML 1.0). Declarations of the stream header are kept as text; those inside a
 * first-level element as positions relative to its start, so that most stanzas make no objects here.
 */
final class Prefixes {
    /** A declaration that is outside of the content of a first-level element. */
    record Declaration(byte[] prefix, String namespace) {}

    private static final byte[] XML = {'x', 'm', 'l'};
    private static final byte[] XMLNS = {'x', 'm', 'l', 'n', 's'};
    private static final int FIELDS = 5;

    private XmlLimits limits;
    private final List<Declaration> header = new ArrayList<>(2);
    private String headerDefault = "";

    /** Per declaration: prefix from, prefix to, value from, value to, level. */
    private int[] inner = new int[4 * FIELDS];

    private int size;
    /** How many of the inner ones the start tag of the first-level element has made. */
    private int outside;

    private @Nullable List<Declaration> needed;

    Prefixes(XmlLimits limits) {
        this.limits = limits;
    }

    void withLimits(XmlLimits limits) {
        this.limits = limits;
    }

    /** Takes the declarations of a tag at {@code level}; 0 is the first-level element, negative the header. */
    void declare(RawTag tag, byte[] in, int base, int level) {
        for (int i = 0; i < tag.attributes; i++) {
            if (tag.isDeclaration(i)) {
                requireLegal(tag, in, i);
                if (size + header.size() == limits.maxNamespaces()) {
                    throw Broken.limit("more than " + limits.maxNamespaces() + " namespace declarations in scope");
                }
                if (level < 0) {
                    declareForStream(tag, in, i);
                } else {
                    push(tag, base, i, level);
                }
            }
        }
        if (level == 0) {
            outside = size;
        }
    }

    private void declareForStream(RawTag tag, byte[] in, int i) {
        if (tag.colons[i] < 0) {
            headerDefault = tag.value(i);
        } else {
            header.add(new Declaration(Arrays.copyOfRange(in, tag.colons[i] + 1, tag.nameEnds[i]), tag.value(i)));
        }
    }

    private void push(RawTag tag, int base, int i, int level) {
        int at = size * FIELDS;
        if (at == inner.length) {
            inner = Arrays.copyOf(inner, inner.length * 2);
        }
        inner[at] = (tag.colons[i] < 0 ? tag.nameEnds[i] : tag.colons[i] + 1) - base;
        inner[at + 1] = tag.nameEnds[i] - base;
        inner[at + 2] = tag.values[i] - base;
        inner[at + 3] = tag.valueEnds[i] - base;
        inner[at + 4] = level;
        size++;
    }

    /** Namespaces in XML 1.0, 3: what must not be declared. A long name is written down wherever its prefix is used. */
    private void requireLegal(RawTag tag, byte[] in, int i) {
        int colon = tag.colons[i];
        boolean xml = colon >= 0 && equal(in, colon + 1, tag.nameEnds[i], XML);
        boolean xmlns = colon >= 0 && equal(in, colon + 1, tag.nameEnds[i], XMLNS);
        boolean none = colon >= 0 && tag.values[i] == tag.valueEnds[i];
        int length = tag.valueEnds[i] - tag.values[i];
        if (length > limits.maxNameBytes()) {
            throw Broken.limit("a namespace of more than " + limits.maxNameBytes() + " bytes");
        }
        // Reading the value is for the rare ones that could be reserved only.
        String value = length >= Namespaces.XMLNS.length() && in[tag.values[i]] == 'h' ? tag.value(i) : "";
        if (xmlns || none || xml != value.equals(Namespaces.XML) || value.equals(Namespaces.XMLNS)) {
            throw bad("a namespace declaration that is not allowed");
        }
    }

    /** Forgets the declarations that were made at this level or deeper. */
    void leave(int level) {
        while (size > 0 && inner[size * FIELDS - 1] >= level) {
            size--;
        }
    }

    /** Forgets all but the header's. */
    void leaveChild() {
        size = 0;
        outside = 0;
        needed = null;
    }

    /** Declarations that names in the content need and that are outside of it; empty mostly. */
    List<Declaration> needed() {
        return needed == null ? List.of() : needed;
    }

    /** Checks that all prefixes of a tag are declared, and that no two attributes are one once they are expanded. */
    void check(RawTag tag, byte[] in, int base, boolean inContent) {
        if (tag.colon >= 0) {
            check(in, base, tag.nameFrom, tag.colon, inContent);
        }
        int prefixed = 0;
        for (int i = 0; i < tag.attributes; i++) {
            if (tag.colons[i] >= 0 && !tag.isDeclaration(i)) {
                check(in, base, tag.names[i], tag.colons[i], inContent);
                prefixed++;
            }
        }
        if (prefixed > 1) {
            requireDifferent(tag, in, base);
        }
    }

    private void check(byte[] in, int base, int from, int to, boolean inContent) {
        if (equal(in, from, to, XML)) {
            return;
        }
        int found = equal(in, from, to, XMLNS) ? -1 : find(in, base, from, to);
        if (found < 0) {
            throw bad("a prefix that is not declared");
        }
        if (inContent && found < outside + header.size()) {
            need(Arrays.copyOfRange(in, from, to), namespace(in, base, found));
        }
    }

    /** Two prefixes may be bound to one namespace; the names behind them must differ then. */
    private void requireDifferent(RawTag tag, byte[] in, int base) {
        Set<Attribute> names = new HashSet<>();
        for (int i = 0; i < tag.attributes; i++) {
            if (tag.colons[i] >= 0 && !tag.isDeclaration(i)) {
                String namespace = namespace(in, base, tag.names[i], tag.colons[i]);
                if (!names.add(new Attribute(namespace, tag.local(i), ""))) {
                    throw Broken.notWellFormed("two attributes of one name");
                }
            }
        }
    }

    private void need(byte[] prefix, String namespace) {
        List<Declaration> known = needed == null ? new ArrayList<>(2) : needed;
        for (Declaration each : known) {
            if (Arrays.equals(each.prefix, prefix)) {
                return;
            }
        }
        known.add(new Declaration(prefix, namespace));
        needed = known;
    }

    /** The namespace that a prefix that has been checked is bound to; no prefix asks for the default namespace. */
    String namespace(byte[] in, int base, int from, int to) {
        if (equal(in, from, to, XML)) {
            return Namespaces.XML;
        }
        int found = find(in, base, from, to);
        return found < 0 ? headerDefault : namespace(in, base, found);
    }

    private String namespace(byte[] in, int base, int found) {
        if (found < header.size()) {
            return header.get(found).namespace;
        }
        int at = (found - header.size()) * FIELDS;
        return Names.text(in, base + inner[at + 2], base + inner[at + 3]);
    }

    /** Innermost first: the header's are counted from 0, the inner ones go on from there. Negative when there is none. */
    private int find(byte[] in, int base, int from, int to) {
        for (int i = size - 1; i >= 0; i--) {
            int at = i * FIELDS;
            if (Arrays.equals(in, from, to, in, base + inner[at], base + inner[at + 1])) {
                return header.size() + i;
            }
        }
        for (int i = header.size() - 1; i >= 0; i--) {
            byte[] prefix = header.get(i).prefix;
            if (equal(in, from, to, prefix)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean equal(byte[] in, int from, int to, byte[] name) {
        return Arrays.equals(in, from, to, name, 0, name.length);
    }

    private static Broken bad(String text) {
        return new Broken(Token.Rule.BAD_NAMESPACE_PREFIX, text);
    }
}
