/**
 * What a relay decides (RFC 8656, RFC 6062, RFC 8016): who may have an allocation, what it may reach, when it ends. One
 * {@link org.trestle.turn.relay.Relay} per event loop; nothing here opens a socket, starts a timer or waits. Sockets,
 * credentials, quotas and the clock come through ports. May import {@code stun} and netty's buffers.
 */
@NullMarked
package org.trestle.turn.relay;

import org.jspecify.annotations.NullMarked;
