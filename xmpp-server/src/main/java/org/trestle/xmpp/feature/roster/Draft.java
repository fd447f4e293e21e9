package org.trestle.xmpp.feature.roster;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.stanza.StanzaError;

/**
 * What a change would make of two rosters.
 *
 * @param acting that of the account whose client or server wants the change
 * @param other that of the contact when it is an account here
 * @param otherFirst whether the clients of the contact hear of it before those of the acting account
 * @param onward stanzas for those who are no accounts here, once the change is made
 * @param refusal why nothing is changed, or null
 */
record Draft(
        Roster acting,
        Roster other,
        boolean otherFirst,
        List<Presence> onward,
        @Nullable StanzaError refusal) {

    Draft {
        onward = List.copyOf(onward);
    }

    static Draft of(Roster acting, Roster other) {
        return new Draft(acting, other, false, List.of(), null);
    }

    static Draft refused(StanzaError error) {
        return new Draft(Roster.EMPTY, Roster.EMPTY, false, List.of(), error);
    }
}
