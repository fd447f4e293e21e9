package org.trestle.cluster.transport;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import org.trestle.cluster.api.NodeId;

/** What a node shows to its peers on the cluster port, and whose certificates it believes there. */
public interface TransportIdentity {

    NodeId node();

    PrivateKey key();

    /** Names {@link #node} in a URI of its subject alternative names, and is issued by one of {@link #authorities}. */
    X509Certificate certificate();

    /** The cluster's own authority; two while it is being replaced. Nobody else's certificates are believed. */
    List<X509Certificate> authorities();
}
