package org.trestle.xmpp.stanza;

import java.util.Set;
import org.trestle.xmpp.xml.Element;

/** Messages that only say what somebody is doing at the moment (XEP-0085): not worth keeping for later. */
public final class ChatStates {
    /** The namespace of chat states. */
    public static final String NAMESPACE = "http://jabber.org/protocol/chatstates";

    /** What alone makes no message: chat states, ids (XEP-0359), hints (XEP-0334), delays (XEP-0203). */
    private static final Set<String> FLEETING = Set.of(NAMESPACE, "urn:xmpp:sid:0", "urn:xmpp:hints", "urn:xmpp:delay");

    private ChatStates() {}

    /** Whether there is nothing else in a message; also when there is nothing in it at all. */
    public static boolean areAll(Iterable<Element> content) {
        for (Element child : content) {
            if (!FLEETING.contains(child.namespace()) && !child.name().equals("thread")) {
                return false;
            }
        }
        return true;
    }
}
