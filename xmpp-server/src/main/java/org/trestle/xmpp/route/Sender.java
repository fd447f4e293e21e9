package org.trestle.xmpp.route;

import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.session.ClientSession;
import org.trestle.xmpp.session.Source;

/**
 * Whose presence it is. Two sessions that had one full Jid one after the other are two.
 *
 * @param session its identity in the directory, empty for components and when it is not known
 */
record Sender(Jid jid, String session) {

    static Sender of(Jid jid, @Nullable Source source) {
        return new Sender(jid, session(source));
    }

    /** The session behind a source, empty when it is none. */
    static String session(@Nullable Source source) {
        if (source instanceof ClientSession session) {
            return session.id();
        }
        return source instanceof RemoteSource remote ? remote.session() : "";
    }
}
