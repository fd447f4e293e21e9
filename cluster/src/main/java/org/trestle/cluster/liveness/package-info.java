/**
 * Who is alive, and whether this node may speak: pings between all members, the lease by which a node that lost its
 * quorum fences itself, the leader's verdict that a node is lost, and how far each member has applied the log. Imports
 * `api`, `log`, `transport` and `time`.
 */
@NullMarked
package org.trestle.cluster.liveness;

import org.jspecify.annotations.NullMarked;
