package org.trestle.xmpp.route;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.trestle.cluster.api.Binding;
import org.trestle.cluster.api.Directory;
import org.trestle.xmpp.jid.FullJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.session.Availability;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stanza.Payload;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.Namespaces;
import org.trestle.xmpp.xml.XmlWriter;

/** What becomes of stanzas that a session has not acknowledged until its end (XEP-0198 5). */
final class Undelivered {
    private static final String DELAY = "urn:xmpp:delay";

    private final Directory directory;
    private final Bounces bounces;
    private final RouteMeters meters;

    Undelivered(Directory directory, Bounces bounces, RouteMeters meters) {
        this.directory = directory;
        this.bounces = bounces;
        this.meters = meters;
    }

    /** Who asked something learns that there is no answer; presence was for the session that is gone. */
    void other(Stanza stanza) {
        if (stanza instanceof Iq) {
            bounces.bounce(stanza, Bounces.SERVICE_UNAVAILABLE);
        } else {
            meters.dropped(Drop.PRESENCE_TO_NOBODY);
        }
    }

    /**
     * Whether another resource of the account has the message, so that sending it on would show it twice: what was for the
     * account went to all of the highest priority, what was for one resource was copied to those who want copies.
     */
    boolean isElsewhere(Message message, boolean copy, String session) {
        Jid to = message.to();
        if (to == null) {
            return true;
        }
        boolean isCarbon = copy && to instanceof FullJid;
        return isCarbon || (isCopied(message, copy) && hasOther(to, copy, session));
    }

    private static boolean isCopied(Message message, boolean copy) {
        return copy || message.type() == Message.Type.CHAT;
    }

    private boolean hasOther(Jid to, boolean copy, String session) {
        for (Binding binding : directory.bindings(to.bare().toString())) {
            if (!binding.session().equals(session)
                    && (Availability.wantsCopies(binding) || (copy && Availability.priority(binding) >= 0))) {
                return true;
            }
        }
        return false;
    }

    /** XEP-0203: says since when it is on its way, unless it says so already. */
    Message delayed(Message message, Instant at) {
        Jid to = message.to();
        if (to == null || message.isError() || message.child("delay", DELAY) != null) {
            return message;
        }
        Element delay = Element.of("delay", DELAY)
                .attribute("from", to.domain())
                .attribute("stamp", at.truncatedTo(ChronoUnit.MILLIS).toString())
                .build();
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes(message.payload());
        content.writeBytes(XmlWriter.text(delay, Namespaces.CLIENT).getBytes(StandardCharsets.UTF_8));
        return new Message(
                message.type(), to, message.from(), message.id(), message.lang(), Payload.of(content.toByteArray()));
    }
}
