@NullMarked
package org.trestle.cluster.liveness;

import org.jspecify.annotations.NullMarked;
