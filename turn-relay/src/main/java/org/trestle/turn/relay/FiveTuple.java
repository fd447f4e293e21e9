package org.trestle.turn.relay;

import org.trestle.turn.stun.TransportAddress;

/** What identifies an allocation (RFC 8656 section 2.2): the client's address, the server's, and the transport. */
public record FiveTuple(TransportAddress client, TransportAddress server, Transport transport) {}
