package org.trestle.turn.relay;

import org.trestle.turn.stun.StunMessage;

/** A request whose sender has proved itself. The message is valid until the handler returns. */
record Request(ClientLeg leg, StunMessage message, Proof proof) {}
