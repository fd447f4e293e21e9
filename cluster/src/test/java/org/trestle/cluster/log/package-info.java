/** What every engine of the replicated log must do, and the network and the machine that the tests use. */
@NullMarked
package org.trestle.cluster.log;

import org.jspecify.annotations.NullMarked;
