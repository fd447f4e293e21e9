/**
 * Who may use the relay: static users, and time-limited names whose password follows from a shared key. Decides which
 * passwords a name may have at a moment, and why one that was right once is refused now. Pure: knows no sockets, no
 * clocks, no cluster. Imports the relay and its codec.
 */
@NullMarked
package org.trestle.turn.credentials;

import org.jspecify.annotations.NullMarked;
