/**
 * The TURN relay in a node: what the cluster shares about it (users, keys, realm, which relays are alive), in replicated
 * tables, and what one relay does. Imports the cluster's tables, the relay, and the node's configuration.
 */
@NullMarked
package org.trestle.node.turn;

import org.jspecify.annotations.NullMarked;
