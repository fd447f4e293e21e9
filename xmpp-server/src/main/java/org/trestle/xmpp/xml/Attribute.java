package org.trestle.xmpp.xml;

/**
 * An attribute that is not a namespace declaration.
 *
 * @param namespace empty when the attribute has no prefix
 * @param name the local name
 * @param value with references resolved and white space normalized (XML 1.0 3.3.3)
 */
public record Attribute(String namespace, String name, String value) {

    /** An attribute without a prefix. */
    public Attribute(String name, String value) {
        this("", name, value);
    }
}
