/**
 * Who is a member: how a node is invited, joins, leaves, is removed, and goes on after a crash in the middle of any of
 * these. Decides what is refused and in which words; moves no data itself. Imports `api`, `log`, `transport`, `time`,
 * `pki` and `state`.
 */
@NullMarked
package org.trestle.cluster.membership;

import org.jspecify.annotations.NullMarked;
