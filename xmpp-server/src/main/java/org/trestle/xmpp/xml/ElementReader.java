package org.trestle.xmpp.xml;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bytes to trees. For bytes that {@link Tokenizer} has passed: it trusts that they are well-formed and keeps no limits.
 * Bytes that are not give an {@link IllegalArgumentException}, or a tree that nobody meant.
 */
public final class ElementReader {
    private final byte[] in;
    private int at;

    private ElementReader(byte[] in) {
        this.in = in;
    }

    /** The elements of this content; text beside them is left out. */
    public static List<Element> elements(byte[] content, String defaultNamespace) {
        try {
            ElementReader reader = new ElementReader(content);
            List<Node> nodes = new ArrayList<>(4);
            reader.content(nodes, Scope.root(defaultNamespace));
            List<Element> elements = new ArrayList<>(nodes.size());
            for (Node node : nodes) {
                if (node instanceof Element element) {
                    elements.add(element);
                }
            }
            return List.copyOf(elements);
        } catch (IndexOutOfBoundsException cutShort) {
            throw new IllegalArgumentException("XML ends in the middle of a tag", cutShort);
        }
    }

    /** The first element of this content without what is in it, or null when there is none. */
    public static @Nullable Element firstTag(byte[] content, String defaultNamespace) {
        int at = 0;
        while (at < content.length && content[at] != '<') {
            at++;
        }
        if (at == content.length) {
            return null;
        }
        if (content[at + 1] == '!') {
            // A CDATA section may hold what looks like a tag.
            List<Element> all = elements(content, defaultNamespace);
            return all.isEmpty() ? null : all.get(0);
        }
        ElementReader reader = new ElementReader(content);
        reader.at = at;
        RawNames tag = reader.tag();
        Scope scope = tag.scope(Scope.root(defaultNamespace));
        return new Element(scope.ofElement(tag.name), local(tag.name), tag.attributes(scope), List.of());
    }

    static Element element(StartTag tag, byte[] content) {
        List<Node> nodes = new ArrayList<>(4);
        new ElementReader(content).content(nodes, Scope.root(tag.defaultNamespace()));
        return new Element(tag.namespace(), tag.name(), tag.attributes(), nodes);
    }

    static Element parse(String text) {
        Tokenizer tokenizer = new Tokenizer(XmlLimits.AFTER_AUTHENTICATION);
        tokenizer.append("<stream>".getBytes(StandardCharsets.UTF_8));
        tokenizer.append(text.getBytes(StandardCharsets.UTF_8));
        tokenizer.next();
        Token token = tokenizer.next();
        if (token instanceof Token.Child child && tokenizer.next() == null && tokenizer.buffered() == 0) {
            return child.element();
        }
        throw new IllegalArgumentException(
                "not one well-formed element" + (token instanceof Token.Violation v ? ": " + v.text() : ""));
    }

    /** Reads up to the end tag of the element around, or to the end. */
    private void content(List<Node> into, Scope scope) {
        StringBuilder text = new StringBuilder();
        while (at < in.length) {
            if (in[at] != '<') {
                int start = at;
                while (at < in.length && in[at] != '<') {
                    at++;
                }
                References.appendText(text, in, start, at);
            } else if (in[at + 1] == '/') {
                break;
            } else if (in[at + 1] == '!') {
                int end = indexOfCdataEnd(at + 9);
                References.appendVerbatim(text, in, at + 9, end);
                at = end + 3;
            } else {
                flush(text, into);
                into.add(element(scope));
            }
        }
        flush(text, into);
    }

    private static void flush(StringBuilder text, List<Node> into) {
        if (text.length() > 0) {
            into.add(new Text(text.toString()));
            text.setLength(0);
        }
    }

    private Element element(Scope outer) {
        RawNames tag = tag();
        Scope scope = tag.scope(outer);
        List<Node> nodes = new ArrayList<>(2);
        if (!tag.empty) {
            content(nodes, scope);
            while (in[at++] != '>') {
                // the end tag, whose name is known
            }
        }
        return new Element(scope.ofElement(tag.name), local(tag.name), tag.attributes(scope), nodes);
    }

    private int indexOfCdataEnd(int from) {
        int i = from;
        while (in[i] != ']' || in[i + 1] != ']' || in[i + 2] != '>') {
            i++;
        }
        return i;
    }

    /** Reads a start tag; {@code at} is at its {@code <} before and behind its {@code >} after. */
    private RawNames tag() {
        at++;
        RawNames tag = new RawNames(name());
        while (true) {
            skipBlanks();
            if (in[at] == '>') {
                at++;
                return tag;
            }
            if (in[at] == '/') {
                at += 2;
                tag.empty = true;
                return tag;
            }
            String name = name();
            skipBlanks();
            at++;
            skipBlanks();
            byte quote = in[at++];
            int start = at;
            while (in[at] != quote) {
                at++;
            }
            tag.raw.add(name);
            tag.raw.add(References.attributeValue(in, start, at));
            at++;
        }
    }

    private String name() {
        int start = at;
        while (!isNameEnd(in[at])) {
            at++;
        }
        return new String(in, start, at - start, StandardCharsets.UTF_8);
    }

    private static boolean isNameEnd(byte b) {
        return b == ' ' || b == '>' || b == '/' || b == '=' || b == '\n' || b == '\t' || b == '\r';
    }

    private void skipBlanks() {
        while (in[at] == ' ' || in[at] == '\n' || in[at] == '\t' || in[at] == '\r') {
            at++;
        }
    }

    private static String local(String name) {
        return name.substring(name.indexOf(':') + 1);
    }

    /** A start tag before its prefixes are resolved: {@code raw} is name, value, name, value. */
    private static final class RawNames {
        final String name;
        final List<String> raw = new ArrayList<>(4);
        boolean empty;

        RawNames(String name) {
            this.name = name;
        }

        Scope scope(Scope outer) {
            Scope scope = outer;
            for (int i = 0; i < raw.size(); i += 2) {
                if (raw.get(i).equals("xmlns")) {
                    scope = new Scope("", raw.get(i + 1), scope);
                } else if (raw.get(i).startsWith("xmlns:")) {
                    scope = new Scope(raw.get(i).substring(6), raw.get(i + 1), scope);
                }
            }
            return scope;
        }

        List<Attribute> attributes(Scope scope) {
            if (raw.isEmpty()) {
                return List.of();
            }
            List<Attribute> attributes = new ArrayList<>(raw.size() / 2);
            for (int i = 0; i < raw.size(); i += 2) {
                String each = raw.get(i);
                if (!each.equals("xmlns") && !each.startsWith("xmlns:")) {
                    attributes.add(new Attribute(scope.ofAttribute(each), local(each), raw.get(i + 1)));
                }
            }
            return attributes;
        }
    }
}
