/**
 * The port of the replicated log: one totally ordered sequence of commands, applied by one deterministic machine on
 * every node. Engines implement it (`raft`, and the one in memory for tests); imports `api`, `transport` and `time`.
 */
@NullMarked
package org.trestle.cluster.log;

import org.jspecify.annotations.NullMarked;
