package org.trestle.xmpp.feature.adhoc;

import org.trestle.xmpp.feature.AdHocStep;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.stanza.StanzaError.Condition;
import org.trestle.xmpp.xml.Element;

/** The errors of XEP-0050 4.4 that have a condition of their own. */
enum CommandError {
    MALFORMED_ACTION(Condition.BAD_REQUEST, "malformed-action", "there is no such action"),
    BAD_ACTION(Condition.BAD_REQUEST, "bad-action", "this action cannot be taken now"),
    BAD_PAYLOAD(Condition.BAD_REQUEST, "bad-payload", "a form of type submit is wanted"),
    BAD_SESSIONID(Condition.BAD_REQUEST, "bad-sessionid", "there is no such session of this command"),
    SESSION_EXPIRED(Condition.NOT_ALLOWED, "session-expired", "this session is over; begin again");

    private final Condition condition;
    private final String application;
    private final String text;

    CommandError(Condition condition, String application, String text) {
        this.condition = condition;
        this.application = application;
        this.text = text;
    }

    StanzaError error() {
        return new StanzaError(
                condition == Condition.BAD_REQUEST ? StanzaError.Type.MODIFY : StanzaError.Type.CANCEL,
                condition,
                text,
                Element.of(application, AdHocStep.COMMANDS).build());
    }
}
