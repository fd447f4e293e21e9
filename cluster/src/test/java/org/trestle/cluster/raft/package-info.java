/** The Atomix engine against the rules of every engine, and its own guards. */
@NullMarked
package org.trestle.cluster.raft;

import org.jspecify.annotations.NullMarked;
