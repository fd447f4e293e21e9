/**
 * What operators set with the console: what the whole cluster shares, in the replicated tables {@code settings} and
 * {@code domains}, and what one node keeps for itself, in a file of its data directory. Imports the cluster's tables.
 */
@NullMarked
package org.trestle.node.settings;

import org.jspecify.annotations.NullMarked;
