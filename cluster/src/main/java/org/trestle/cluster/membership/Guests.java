package org.trestle.cluster.membership;

import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.pki.TrustBundle;
import org.trestle.cluster.transport.TlsCredential;

/** How a node that is no member, or no longer one, asks a member. */
public interface Guests {

    /**
     * Connects to {@code member}, which must show a certificate of the authority with that fingerprint, and asks.
     *
     * @param question makes the body from what ties it to this connection, the SHA-256 of the member's certificate
     */
    CompletionStage<byte[]> ask(NodeAddress member, String authority, String subject, UnaryOperator<byte[]> question);

    /** Connects to {@code member}, which must show a certificate of the bundle as this node does, and asks. */
    CompletionStage<byte[]> askTrusted(
            NodeAddress member, TlsCredential own, TrustBundle bundle, String subject, byte[] question);
}
