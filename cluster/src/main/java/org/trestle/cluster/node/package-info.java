/**
 * One node of the cluster, assembled: identity, transport, log, state, liveness and bus, and the procedures that change
 * which cluster the node belongs to. Imports every other package of this module except engines, which are handed in.
 */
@NullMarked
package org.trestle.cluster.node;

import org.jspecify.annotations.NullMarked;
