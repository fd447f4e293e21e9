package org.trestle.xmpp.xml;

/**
 * What a peer may make us hold or do for one first-level element or header. Every violation is answered with the stream
 * error {@code policy-violation} (RFC 6120 4.9.3.14) and words that name the limit.
 *
 * @param maxBytes most bytes of one first-level element, of the header, or of white space between them
 * @param maxDepth most elements open at once, the first-level element counted
 * @param maxAttributes most attributes of one start tag, namespace declarations counted
 * @param maxNameBytes most bytes of one name with its prefix, and of one namespace
 * @param maxNamespaces most namespace declarations in scope at once
 * @param maxNames most distinct names of elements and attributes in one first-level element
 */
public record XmlLimits(
        int maxBytes, int maxDepth, int maxAttributes, int maxNameBytes, int maxNamespaces, int maxNames) {

    /** Before a peer has said who it is. */
    public static final XmlLimits BEFORE_AUTHENTICATION = new XmlLimits(16 * 1024, 16, 64, 256, 64, 128);

    /** For peers that we know. */
    public static final XmlLimits AFTER_AUTHENTICATION = new XmlLimits(256 * 1024, 100, 64, 256, 128, 1024);

    public XmlLimits {
        if (maxBytes < 1024
                || maxDepth < 2
                || maxAttributes < 8
                || maxNameBytes < 32
                || maxNamespaces < 8
                || maxNames < 16) {
            throw new IllegalArgumentException("limits too small for any XMPP stream: bytes " + maxBytes + ", depth "
                    + maxDepth + ", attributes " + maxAttributes + ", name bytes " + maxNameBytes + ", namespaces "
                    + maxNamespaces + ", names " + maxNames);
        }
    }

    /** These limits with another size of one element. */
    public XmlLimits withMaxBytes(int bytes) {
        return new XmlLimits(bytes, maxDepth, maxAttributes, maxNameBytes, maxNamespaces, maxNames);
    }
}
