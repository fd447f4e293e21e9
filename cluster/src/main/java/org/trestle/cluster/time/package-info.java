/**
 * Clock and timers, so that whole clusters can run on simulated time. Imports nothing of ours.
 */
@NullMarked
package org.trestle.cluster.time;

import org.jspecify.annotations.NullMarked;
