/** The runnable node: reads the configuration, builds the parts in order, stops them in reverse. */
@NullMarked
package org.trestle.node;

import org.jspecify.annotations.NullMarked;
