/**
 * Who is connected here: client sessions, and what every endpoint of stanzas has in common (its event loop, back-pressure,
 * liveness). Decides which full Jid a stream gets, when a session ends and why, and what a client may send as; where a
 * stanza goes is decided by its {@link org.trestle.xmpp.session.Switchboard}. Imports jid, xml, stanza, stream and
 * cluster.api; never route or a feature.
 */
@NullMarked
package org.trestle.xmpp.session;

import org.jspecify.annotations.NullMarked;
