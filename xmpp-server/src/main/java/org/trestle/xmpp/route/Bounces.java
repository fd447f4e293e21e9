package org.trestle.xmpp.route;

import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.session.Switchboard;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.stanza.StanzaError.Condition;

/** Answers stanzas that could not be delivered, when an answer is due (RFC 6120 8.3.1, RFC 6121 8). */
final class Bounces {
    static final StanzaError SERVICE_UNAVAILABLE = StanzaError.of(Condition.SERVICE_UNAVAILABLE);
    static final StanzaError NODE_UNREACHABLE = StanzaError.of(
            Condition.RECIPIENT_UNAVAILABLE, "the node of the recipient cannot be reached at the moment; try again");
    static final StanzaError COMPONENT_AWAY =
            StanzaError.of(Condition.RECIPIENT_UNAVAILABLE, "this component is not connected to any node");
    static final StanzaError SLOW =
            StanzaError.of(Condition.RESOURCE_CONSTRAINT, "the recipient does not read what it gets; try again");
    static final StanzaError LOST_ON_THE_WAY =
            StanzaError.of(Condition.RECIPIENT_UNAVAILABLE, "the recipient moved while this was on its way; try again");

    static final StanzaError OVERTAKEN = StanzaError.of(
            Condition.RECIPIENT_UNAVAILABLE,
            "the recipient moved while this was on its way, and has later ones of yours already; send it again");

    private final Switchboard switchboard;
    private final RouteMeters meters;

    Bounces(Switchboard switchboard, RouteMeters meters) {
        this.switchboard = switchboard;
        this.meters = meters;
    }

    /** Answers with {@code error}, or drops and counts what must not be answered. */
    void bounce(Stanza stanza, StanzaError error) {
        Stanza reply = isDue(stanza) ? error.error(stanza) : null;
        if (reply == null || reply.to() == null) {
            meters.dropped(why(stanza));
        } else {
            meters.bounced(error.condition());
            switchboard.route(reply, null);
        }
    }

    void bounce(Stanza stanza, Condition condition, @Nullable String text) {
        bounce(stanza, text == null ? StanzaError.of(condition) : StanzaError.of(condition, text));
    }

    /**
     * Only presence that wants something is answered, and that is also the end of a subscription (RFC 6121 3): nobody waits
     * for the failure of a goodbye.
     */
    private static boolean isDue(Stanza stanza) {
        return !(stanza instanceof Presence presence)
                || presence.type() == Presence.Type.AVAILABLE
                || AccountRules.isSubscription(presence.type());
    }

    private static Drop why(Stanza stanza) {
        if (stanza.isError()) {
            return Drop.ERROR_TO_NOBODY;
        }
        return stanza instanceof Iq ? Drop.RESULT_TO_NOBODY : Drop.PRESENCE_TO_NOBODY;
    }
}
