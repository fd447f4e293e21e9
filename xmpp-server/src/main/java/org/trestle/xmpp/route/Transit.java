package org.trestle.xmpp.route;

import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.session.Source;
import org.trestle.xmpp.stanza.Stanza;

/**
 * A stanza on its way through this node.
 *
 * @param source who is stopped when the receiver is slow; null for stanzas of this server
 * @param hops how often it came here from elsewhere or missed its receiver
 */
record Transit(Stanza stanza, @Nullable Source source, int hops) {
    /** After this many a stanza is given up. */
    static final int MAX_HOPS = 3;

    /** The same on its next attempt. */
    Transit again() {
        return new Transit(stanza, source, hops + 1);
    }
}
