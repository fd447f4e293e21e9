/**
 * What TURN costs: this relay beside coturn, with a load generator of its own. May import the benchmark's frame, the
 * codec and the datagram sockets of the relay, and netty.
 */
@NullMarked
package org.trestle.deploy.bench.turn;

import org.jspecify.annotations.NullMarked;
