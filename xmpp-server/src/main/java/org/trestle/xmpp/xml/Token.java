package org.trestle.xmpp.xml;

/** What {@link Tokenizer} cuts a stream of bytes into. White space between first-level elements gives no token. */
public sealed interface Token {

    /** The start tag of the stream (RFC 6120 4.7). */
    record Header(StartTag tag) implements Token {}

    /**
     * A whole first-level element, verified to be well-formed.
     *
     * @param content the bytes between its tags as they came, except that prefixes and a default namespace that were
     *     declared outside of it are declared again in it; stands on its own inside an element whose default namespace is
     *     {@code defaultNamespace} of the header. Never changed by anybody.
     */
    record Child(StartTag tag, byte[] content) implements Token {

        /** The element as a tree. */
        public Element element() {
            return ElementReader.element(tag, content);
        }
    }

    /** The end tag of the stream. */
    record Close() implements Token {}

    /**
     * The peer broke a rule; the tokenizer gives nothing after this.
     *
     * @param text words for the peer and for the operator; holds nothing of what the peer sent but names
     */
    record Violation(Rule rule, String text) implements Token {}

    /** The rules, named as the stream errors of RFC 6120 4.9.3 that answer their violation. */
    enum Rule {
        BAD_FORMAT,
        BAD_NAMESPACE_PREFIX,
        NOT_WELL_FORMED,
        POLICY_VIOLATION,
        RESTRICTED_XML,
        UNSUPPORTED_ENCODING
    }
}
