/**
 * The test kit: whole clusters on simulated time in one thread, and one-node stand-ins for those who only need tables or a
 * directory. For tests of any module; imports the cluster's packages.
 */
@NullMarked
package org.trestle.cluster.sim;

import org.jspecify.annotations.NullMarked;
