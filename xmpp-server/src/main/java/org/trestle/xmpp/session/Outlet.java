package org.trestle.xmpp.session;

import java.util.List;
import org.trestle.xmpp.stanza.Stanza;

/** Where stanzas wait in front of a stream whose peer does not look at the moment. On the session's loop; bounded. */
public interface Outlet {

    /** True when the stanza waits, or is not worth sending any more; false when it is to be sent, behind what has waited. */
    boolean keeps(Stanza stanza);

    /** Takes out what has waited, in order. */
    List<Stanza> drain();
}
