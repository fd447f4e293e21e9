package org.trestle.xmpp.xml;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The start tag of a stream or of a first-level element.
 *
 * @param namespace the namespace of the element, empty for none
 * @param defaultNamespace the namespace of names without a prefix directly inside
 */
public record StartTag(String namespace, String name, List<Attribute> attributes, String defaultNamespace) {

    public boolean is(String name, String namespace) {
        return this.name.equals(name) && this.namespace.equals(namespace);
    }

    /** The value of the attribute of this name without a prefix, or null. */
    public @Nullable String attribute(String name) {
        return attribute(name, "");
    }

    /** The language that this tag declares, or null. */
    public @Nullable String lang() {
        return attribute("lang", Namespaces.XML);
    }

    private @Nullable String attribute(String name, String namespace) {
        for (int i = 0; i < attributes.size(); i++) {
            Attribute attribute = attributes.get(i);
            if (attribute.name().equals(name) && attribute.namespace().equals(namespace)) {
                return attribute.value();
            }
        }
        return null;
    }
}
