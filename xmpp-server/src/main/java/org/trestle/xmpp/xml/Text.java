package org.trestle.xmpp.xml;

/**
 * Text between tags.
 *
 * @param value with references resolved
 */
public record Text(String value) implements Node {}
