/**
 * Frames from node to node, without the leader: tagged with the sender's run and term, so that those of a node that was
 * declared lost are dropped. Imports `api`, `liveness` (its view of the members) and `transport`.
 */
@NullMarked
package org.trestle.cluster.bus;

import org.jspecify.annotations.NullMarked;
