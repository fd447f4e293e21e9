/**
 * What all nodes hold in common, as one deterministic machine behind the log: tables, the session directory, members and
 * node epochs, with the views that the rest of a node reads. Decides who owns a Jid and which node is deposed; knows no
 * clock and no network. Imports `api` and `log`.
 */
@NullMarked
package org.trestle.cluster.state;

import org.jspecify.annotations.NullMarked;
