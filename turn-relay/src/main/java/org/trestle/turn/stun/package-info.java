/**
 * STUN on the wire (RFC 8489) with the attributes of TURN (RFC 8656, 6062, 8016): how bytes become a message and back.
 * Pure: no sockets, no clock, no configuration. May import netty's buffers and nothing of ours.
 */
@NullMarked
package org.trestle.turn.stun;

import org.jspecify.annotations.NullMarked;
