/**
 * Which peers may be reached and how much may be used: the rules behind a relay's ports. Decides what is denied by default.
 * Imports the relay's ports and addresses of the codec.
 */
@NullMarked
package org.trestle.turn.policy;

import org.jspecify.annotations.NullMarked;
