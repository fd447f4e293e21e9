/** The TURN relay (RFC 8656) that every node bundles. Imports nothing of ours, so that it runs alone too. */
@NullMarked
package org.trestle.turn;

import org.jspecify.annotations.NullMarked;
