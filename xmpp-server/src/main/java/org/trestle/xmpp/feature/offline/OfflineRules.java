package org.trestle.xmpp.feature.offline;

import org.trestle.xmpp.stanza.ChatStates;
import org.trestle.xmpp.stanza.Message;

/** Which messages are worth keeping (XEP-0160 3): not those that only say what somebody is doing right now. */
final class OfflineRules {

    /** What to do with a message that nobody can take now. */
    enum Verdict {
        KEEP,
        /** Nobody misses it, and nobody is told. */
        FORGET,
        /** Its sender does not want it kept, and is told that nobody is there. */
        REFUSE
    }

    private static final String HINTS = "urn:xmpp:hints";

    private OfflineRules() {}

    static Verdict of(Message message) {
        if (ChatStates.areAll(message.children())) {
            return Verdict.FORGET;
        }
        boolean unwanted = message.content().mentions("no-store") && message.child("no-store", HINTS) != null;
        return unwanted || message.payload().length > OfflineLimits.BIGGEST ? Verdict.REFUSE : Verdict.KEEP;
    }
}
