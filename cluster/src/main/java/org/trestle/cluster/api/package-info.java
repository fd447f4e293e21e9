/**
 * What the rest of the product knows of the cluster: replicated tables, the session directory, membership, the node
 * bus and the state of it all. Values and interfaces only; imports nothing of ours.
 */
@NullMarked
package org.trestle.cluster.api;

import org.jspecify.annotations.NullMarked;
