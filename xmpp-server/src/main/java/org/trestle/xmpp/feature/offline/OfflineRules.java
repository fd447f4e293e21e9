package org.trestle.xmpp.feature.offline;

import java.util.Set;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.xml.Element;

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

    /** What alone makes no message: chat states (XEP-0085), ids (XEP-0359), hints (XEP-0334), delays (XEP-0203). */
    private static final Set<String> FLEETING =
            Set.of("http://jabber.org/protocol/chatstates", "urn:xmpp:sid:0", HINTS, "urn:xmpp:delay");

    private OfflineRules() {}

    static Verdict of(Message message) {
        if (isFleeting(message)) {
            return Verdict.FORGET;
        }
        boolean unwanted = message.content().mentions("no-store") && message.child("no-store", HINTS) != null;
        return unwanted || message.payload().length > OfflineLimits.BIGGEST ? Verdict.REFUSE : Verdict.KEEP;
    }

    private static boolean isFleeting(Message message) {
        for (Element child : message.children()) {
            if (!FLEETING.contains(child.namespace()) && !child.name().equals("thread")) {
                return false;
            }
        }
        return true;
    }
}
