package org.trestle.cluster.transport;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import org.trestle.cluster.api.NodeId;

/** How a certificate names its node: a URI {@code urn:trestle:node:<id>} among the subject alternative names. */
public final class NodeName {
    private static final String PREFIX = "urn:trestle:node:";
    private static final int URI_NAME = 6;

    private NodeName() {}

    /** The URI that names {@code node}. */
    public static String uri(NodeId node) {
        return PREFIX + node.value();
    }

    /** The one node that {@code certificate} names; fails when it names none, two, or one in a wrong way. */
    public static NodeId of(X509Certificate certificate) throws CertificateException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        NodeId found = null;
        for (List<?> name : names == null ? List.<List<?>>of() : names) {
            if (name.get(0) instanceof Integer kind
                    && kind == URI_NAME
                    && name.get(1) instanceof String uri
                    && uri.startsWith(PREFIX)) {
                if (found != null) {
                    throw new CertificateException("the certificate names two nodes");
                }
                found = node(uri.substring(PREFIX.length()));
            }
        }
        if (found == null) {
            throw new CertificateException("the certificate names no node");
        }
        return found;
    }

    private static NodeId node(String text) throws CertificateException {
        try {
            return new NodeId(text);
        } catch (IllegalArgumentException malformed) {
            throw new CertificateException(malformed.getMessage(), malformed);
        }
    }
}
