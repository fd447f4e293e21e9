package org.trestle.xmpp.stanza;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.xml.Attribute;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.Namespaces;

/**
 * Why a stanza was not processed (RFC 6120 8.3).
 *
 * @param type what the sender can do about it
 * @param text words for people, in English, or null
 * @param application a more exact condition of an application (RFC 6120 8.3.4), or null
 */
public record StanzaError(
        Type type,
        Condition condition,
        @Nullable String text,
        @Nullable Element application) {

    /** RFC 6120 8.3.2. */
    public enum Type {
        AUTH,
        CANCEL,
        CONTINUE,
        MODIFY,
        WAIT
    }

    /** RFC 6120 8.3.3, each with the type that is usual for it. */
    public enum Condition {
        BAD_REQUEST(Type.MODIFY),
        CONFLICT(Type.CANCEL),
        FEATURE_NOT_IMPLEMENTED(Type.CANCEL),
        FORBIDDEN(Type.AUTH),
        GONE(Type.CANCEL),
        INTERNAL_SERVER_ERROR(Type.CANCEL),
        ITEM_NOT_FOUND(Type.CANCEL),
        JID_MALFORMED(Type.MODIFY),
        NOT_ACCEPTABLE(Type.MODIFY),
        NOT_ALLOWED(Type.CANCEL),
        NOT_AUTHORIZED(Type.AUTH),
        POLICY_VIOLATION(Type.MODIFY),
        RECIPIENT_UNAVAILABLE(Type.WAIT),
        REDIRECT(Type.MODIFY),
        REGISTRATION_REQUIRED(Type.AUTH),
        REMOTE_SERVER_NOT_FOUND(Type.CANCEL),
        REMOTE_SERVER_TIMEOUT(Type.WAIT),
        RESOURCE_CONSTRAINT(Type.WAIT),
        SERVICE_UNAVAILABLE(Type.CANCEL),
        SUBSCRIPTION_REQUIRED(Type.AUTH),
        UNDEFINED_CONDITION(Type.CANCEL),
        UNEXPECTED_REQUEST(Type.WAIT);

        private final Type usual;
        private final String element = name().toLowerCase(Locale.ROOT).replace('_', '-');

        Condition(Type usual) {
            this.usual = usual;
        }

        /** The name of the element that says it. */
        public String elementName() {
            return element;
        }
    }

    /** The condition with its usual type and no words. */
    public static StanzaError of(Condition condition) {
        return new StanzaError(condition.usual, condition, null, null);
    }

    /** The condition with its usual type. */
    public static StanzaError of(Condition condition, String text) {
        return new StanzaError(condition.usual, condition, text, null);
    }

    /**
     * The error stanza that answers this one, with sender and receiver swapped; null when none is due: errors are never
     * answered, nor are results (RFC 6120 8.3.1). What was in the stanza is not sent back.
     */
    public @Nullable Stanza error(Stanza stanza) {
        if (stanza.isError()) {
            return null;
        }
        Payload content = Payload.of(element());
        if (stanza instanceof Iq iq) {
            return iq.isRequest() ? new Iq(Iq.Type.ERROR, iq.from(), iq.to(), iq.id(), null, content) : null;
        }
        if (stanza instanceof Message message) {
            return new Message(Message.Type.ERROR, message.from(), message.to(), message.id(), null, content);
        }
        return new Presence(Presence.Type.ERROR, stanza.from(), stanza.to(), stanza.id(), null, content);
    }

    /** The element {@code error} in {@code jabber:client}. */
    public Element element() {
        Element.Builder error = Element.of("error", Namespaces.CLIENT)
                .attribute("type", type.name().toLowerCase(Locale.ROOT))
                .child(Element.of(condition.elementName(), Namespaces.STANZA_ERRORS)
                        .build());
        if (text != null) {
            error.child(Element.of("text", Namespaces.STANZA_ERRORS)
                    .attribute(new Attribute(Namespaces.XML, "lang", "en"))
                    .text(text)
                    .build());
        }
        return error.child(application).build();
    }
}
