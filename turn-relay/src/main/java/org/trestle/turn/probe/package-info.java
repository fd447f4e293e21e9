/**
 * A client that finds out whether relays really relay: it allocates on two of them and sends a packet from one to the other
 * and back. Decides what went wrong when it does not come. Blocks: never to be called on an event loop. Imports the codec.
 */
@NullMarked
package org.trestle.turn.probe;

import org.jspecify.annotations.NullMarked;
