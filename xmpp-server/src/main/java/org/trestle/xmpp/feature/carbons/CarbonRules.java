package org.trestle.xmpp.feature.carbons;

import java.util.Set;
import org.trestle.xmpp.jid.FullJid;
import org.trestle.xmpp.route.RouteHooks.Direction;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stanza.Payload;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.Namespaces;

/**
 * Which messages are copied (XEP-0280 6.1): those of people who write to each other. Errors are not: which of them answer
 * a message that was copied is known to nobody, and what they answer may have been private.
 */
final class CarbonRules {
    private static final String MUC_USER = "http://jabber.org/protocol/muc#user";

    /** Receipts (XEP-0184), chat states (XEP-0085), markers (XEP-0333), direct invitations (XEP-0249). */
    private static final Set<String> INSTANT_MESSAGING = Set.of(
            "urn:xmpp:receipts",
            "http://jabber.org/protocol/chatstates",
            "urn:xmpp:chat-markers:0",
            "jabber:x:conference");

    private CarbonRules() {}

    static boolean isEligible(Message message, Direction direction) {
        return switch (message.type()) {
            case GROUPCHAT, ERROR -> false;
            case CHAT -> !isPrivate(message.content()) && !isFromRoom(message, direction);
            case NORMAL ->
                !isPrivate(message.content())
                        && (message.child("body", Namespaces.CLIENT) != null
                                || isInvitation(message)
                                || isInstantMessaging(message));
            case HEADLINE -> !isPrivate(message.content()) && isInstantMessaging(message);
        };
    }

    /** What the sender wants nobody else to have, and what is, or poses as, a copy already. */
    private static boolean isPrivate(Payload content) {
        // Names are looked for as bytes first: hardly any message has one of these, and a name cannot be escaped.
        if (!content.mentions("private")
                && !content.mentions("no-copy")
                && !content.mentions("sent")
                && !content.mentions("received")) {
            return false;
        }
        return content.child("private", CarbonsFeature.NAMESPACE) != null
                || content.child("no-copy", "urn:xmpp:hints") != null
                || content.child("sent", CarbonsFeature.NAMESPACE) != null
                || content.child("received", CarbonsFeature.NAMESPACE) != null;
    }

    /** A room sends a private message to each resource that is in it, so a copy would be one too many. */
    private static boolean isFromRoom(Message message, Direction direction) {
        return direction == Direction.RECEIVED
                && message.from() instanceof FullJid
                && message.content().mentions("muc#user")
                && message.child("x", MUC_USER) != null
                && !isInvitation(message);
    }

    private static boolean isInvitation(Message message) {
        Element room = message.child("x", MUC_USER);
        return room != null && room.child("invite", MUC_USER) != null;
    }

    private static boolean isInstantMessaging(Message message) {
        for (Element child : message.children()) {
            if (INSTANT_MESSAGING.contains(child.namespace())) {
                return true;
            }
        }
        return false;
    }
}
