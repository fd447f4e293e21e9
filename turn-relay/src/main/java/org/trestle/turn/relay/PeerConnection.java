package org.trestle.turn.relay;

import org.trestle.turn.stun.TransportAddress;

/** A TCP connection to or from a peer (RFC 6062). Nothing is read from it before {@link ClientLeg#splice}. */
public interface PeerConnection {

    TransportAddress peer();

    void close();
}
