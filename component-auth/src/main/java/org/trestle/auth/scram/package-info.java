/**
 * Decides whether a client knows a password without the server knowing it: SCRAM keys and the server's side of RFC 5802 and
 * RFC 7677. Imports {@code auth.keys} and {@code auth.prep}.
 */
@NullMarked
package org.trestle.auth.scram;

import org.jspecify.annotations.NullMarked;
