/**
 * Where a stanza goes: the rules of RFC 6121 section 8 over the session directory, frames of the node bus, bounces, and
 * who is told when a session ended. Decides by addresses only and never parses a payload. Imports session and below, and
 * cluster.api.
 */
@NullMarked
package org.trestle.xmpp.route;

import org.jspecify.annotations.NullMarked;
