package org.trestle.xmpp.stream;

import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.jid.FullJid;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Payload;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.stanza.StanzaError.Condition;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.Namespaces;

/** The stanzas of resource binding (RFC 6120 7), and of the session that RFC 3921 wanted after it. */
final class ResourceBinding {
    private ResourceBinding() {}

    /**
     * What a client asks for.
     *
     * @param resource canonical, or null when the server is to choose
     * @param error why it cannot have it, or null
     */
    record Request(@Nullable String resource, @Nullable StanzaError error) {}

    /** Whether it asks for a resource, and be it in a wrong way. */
    static boolean isAboutBind(Iq iq) {
        return iq.isRequest() && has(iq, "bind", Namespaces.BIND);
    }

    static boolean isBind(Iq iq) {
        return iq.type() == Iq.Type.SET && has(iq, "bind", Namespaces.BIND);
    }

    private static boolean has(Iq iq, String name, String namespace) {
        Payload content = iq.content();
        return namespace.equals(content.firstNamespace()) && name.equals(content.firstName());
    }

    static Request read(Iq iq, BareJid account) {
        if (iq.type() != Iq.Type.SET) {
            return new Request(
                    null, StanzaError.of(Condition.BAD_REQUEST, "a resource is bound with an iq of type set"));
        }
        Element bind = iq.child("bind", Namespaces.BIND);
        Element resource = bind == null ? null : bind.child("resource", Namespaces.BIND);
        String text = resource == null ? "" : resource.text();
        if (text.isEmpty()) {
            return new Request(null, null);
        }
        try {
            return new Request(account.withResource(text).resource(), null);
        } catch (IllegalArgumentException notLegal) {
            return new Request(null, StanzaError.of(Condition.BAD_REQUEST, "this cannot be a resource"));
        }
    }

    static Stanza result(Iq iq, FullJid jid) {
        Element bind =
                Element.of("bind", Namespaces.BIND).child("jid", jid.toString()).build();
        return new Iq(Iq.Type.RESULT, null, null, iq.id(), null, Payload.of(bind));
    }

    /** The answer to a request of this kind on a stream that is bound already; null when it is of another kind. */
    static @Nullable Stanza afterwards(Iq iq) {
        if (has(iq, "session", Namespaces.SESSION)) {
            return new Iq(Iq.Type.RESULT, null, null, iq.id(), null, Payload.EMPTY);
        }
        return isBind(iq)
                ? StanzaError.of(Condition.NOT_ALLOWED, "this stream has a resource already")
                        .error(iq)
                : null;
    }
}
