package org.trestle.xmpp.xml;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An element with all that is in it. Immutable; prefixes are gone, names are expanded.
 *
 * @param namespace the namespace, empty for none
 * @param name the local name
 * @param attributes in document order, no two of one name
 * @param content elements and texts in document order; no two texts are neighbors and none is empty
 */
public record Element(String namespace, String name, List<Attribute> attributes, List<Node> content) implements Node {

    public Element {
        attributes = List.copyOf(attributes);
        content = List.copyOf(content);
    }

    /** Starts building an element. */
    public static Builder of(String name, String namespace) {
        return new Builder(name, namespace);
    }

    /**
     * The one element that this text is.
     *
     * @throws IllegalArgumentException when it is not one well-formed element of XMPP's XML
     */
    public static Element parse(String text) {
        return ElementReader.parse(text);
    }

    /** Whether this is the element of that name. */
    public boolean is(String name, String namespace) {
        return this.name.equals(name) && this.namespace.equals(namespace);
    }

    /** The value of the attribute of this name without a prefix, or null. */
    public @Nullable String attribute(String name) {
        return attribute(name, "");
    }

    public @Nullable String attribute(String name, String namespace) {
        for (Attribute attribute : attributes) {
            if (attribute.name().equals(name) && attribute.namespace().equals(namespace)) {
                return attribute.value();
            }
        }
        return null;
    }

    /** The elements directly in this one, in document order. */
    public List<Element> children() {
        if (content.isEmpty()) {
            return List.of();
        }
        List<Element> children = new ArrayList<>(content.size());
        for (Node node : content) {
            if (node instanceof Element child) {
                children.add(child);
            }
        }
        return children;
    }

    /** The first element directly in this one, or null. */
    public @Nullable Element firstChild() {
        for (Node node : content) {
            if (node instanceof Element child) {
                return child;
            }
        }
        return null;
    }

    /** The first element of this name directly in this one, or null. */
    public @Nullable Element child(String name, String namespace) {
        for (Node node : content) {
            if (node instanceof Element child && child.is(name, namespace)) {
                return child;
            }
        }
        return null;
    }

    /** The text directly in this element, joined; empty when there is none. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (Node node : content) {
            if (node instanceof Text part) {
                text.append(part.value());
            }
        }
        return text.toString();
    }

    /** This element as XML that stands on its own. */
    @Override
    public String toString() {
        return XmlWriter.text(this, "");
    }

    /** Collects the parts of an element. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private final String namespace;
        private final List<Attribute> attributes = new ArrayList<>(4);
        private final List<Node> content = new ArrayList<>(4);

        private Builder(String name, String namespace) {
            this.name = name;
            this.namespace = namespace;
        }

        /** Adds an attribute without a prefix; null adds nothing. */
        public Builder attribute(String name, @Nullable String value) {
            return value == null ? this : attribute(new Attribute(name, value));
        }

        public Builder attribute(Attribute attribute) {
            attributes.add(attribute);
            return this;
        }

        /** Adds an element; null adds nothing. */
        public Builder child(@Nullable Element child) {
            if (child != null) {
                content.add(child);
            }
            return this;
        }

        /** Adds an empty element of the namespace of this one. */
        public Builder child(String name) {
            return child(Element.of(name, namespace).build());
        }

        /** Adds an element of the namespace of this one that has only text. */
        public Builder child(String name, String text) {
            return child(Element.of(name, namespace).text(text).build());
        }

        public Builder text(String text) {
            if (text.isEmpty()) {
                return this;
            }
            int last = content.size() - 1;
            if (last >= 0 && content.get(last) instanceof Text before) {
                content.set(last, new Text(before.value() + text));
            } else {
                content.add(new Text(text));
            }
            return this;
        }

        public Element build() {
            return new Element(namespace, name, attributes, content);
        }
    }
}
