package org.trestle.xmpp.stanza;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.Namespaces;
import org.trestle.xmpp.xml.StartTag;
import org.trestle.xmpp.xml.Token;
import org.trestle.xmpp.xml.XmlWriter;

/** First-level elements to stanzas, for one stream: looks at the start tag only (RFC 6120 8.1, 8.2). */
public final class StanzaReader {
    private static final StanzaError BAD_TO =
            StanzaError.of(StanzaError.Condition.JID_MALFORMED, "the attribute 'to' is not a Jid");
    private static final StanzaError BAD_TYPE =
            StanzaError.of(StanzaError.Condition.BAD_REQUEST, "the attribute 'type' is missing or unknown");
    private static final StanzaError NO_ID =
            StanzaError.of(StanzaError.Condition.BAD_REQUEST, "an iq needs the attribute 'id'");
    private static final StanzaError NO_CHILD =
            StanzaError.of(StanzaError.Condition.BAD_REQUEST, "an iq of type get or set needs an element in it");

    private final String namespace;
    private final @Nullable String lang;

    /**
     * @param namespace the default namespace of the stream
     * @param lang the language of the stream's header, which its stanzas have unless they say otherwise (RFC 6120 8.1.5)
     */
    public StanzaReader(String namespace, @Nullable String lang) {
        this.namespace = namespace;
        this.lang = lang;
    }

    public Reading read(Token.Child child) {
        StartTag tag = child.tag();
        if (!tag.namespace().equals(namespace)) {
            return new Reading.Unknown();
        }
        String fromText = tag.attribute("from");
        Jid from = fromText == null ? null : Jid.parse(fromText);
        if (fromText != null && from == null) {
            return new Reading.BadSender();
        }
        String toText = tag.attribute("to");
        Jid to = toText == null ? null : Jid.parse(toText);
        StanzaError error = toText != null && to == null ? BAD_TO : null;
        Draft draft = new Draft(to, from, tag.attribute("id"), tag.attribute("type"), lang(tag), child);
        return switch (tag.name()) {
            case "message" -> message(draft, error);
            case "presence" -> presence(draft, error);
            case "iq" -> iq(draft, error);
            default -> new Reading.Unknown();
        };
    }

    private record Draft(
            @Nullable Jid to,
            @Nullable Jid from,
            @Nullable String id,
            @Nullable String type,
            @Nullable String lang,
            Token.Child child) {}

    private Reading message(Draft draft, @Nullable StanzaError error) {
        Message.Type type = Message.Type.of(draft.type);
        return checked(new Message(type, draft.to, draft.from, draft.id, draft.lang, payload(draft.child)), error);
    }

    private Reading presence(Draft draft, @Nullable StanzaError error) {
        Presence.Type type = Presence.Type.of(draft.type);
        Presence.Type known = type == null ? Presence.Type.AVAILABLE : type;
        StanzaError found = type == null ? BAD_TYPE : error;
        return checked(new Presence(known, draft.to, draft.from, draft.id, draft.lang, payload(draft.child)), found);
    }

    private Reading iq(Draft draft, @Nullable StanzaError error) {
        Iq.Type type = Iq.Type.of(draft.type);
        Iq.Type known = type == null ? Iq.Type.GET : type;
        String id = draft.id == null ? "" : draft.id;
        Iq iq = new Iq(known, draft.to, draft.from, id, draft.lang, payload(draft.child));
        StanzaError found = error;
        if (type == null) {
            found = BAD_TYPE;
        } else if (id.isEmpty()) {
            found = NO_ID;
        } else if (found == null && iq.isRequest() && iq.content().isEmpty()) {
            found = NO_CHILD;
        }
        return checked(iq, found);
    }

    private static Reading checked(Stanza stanza, @Nullable StanzaError error) {
        return error == null ? new Reading.Valid(stanza) : new Reading.Refused(error.error(stanza));
    }

    private @Nullable String lang(StartTag tag) {
        String own = tag.lang();
        return own == null ? lang : own;
    }

    /**
     * The content as it came. Only when the stanza has a prefix and its inside another default namespace (RFC 6120 4.8.4),
     * the bytes would mean something else on another stream and are written anew.
     */
    private Payload payload(Token.Child child) {
        if (child.tag().defaultNamespace().equals(namespace)) {
            return Payload.of(child.content());
        }
        List<Element> elements = child.element().children();
        return Payload.of(XmlWriter.bytes(elements, namespace));
    }

    /** The names that a stanza can have in its stream, for telling it from anything else. */
    public static boolean isStanzaName(String name) {
        return name.equals("message") || name.equals("presence") || name.equals("iq");
    }

    /** A reader of clients' stanzas without a language of the stream. */
    public static StanzaReader ofClients() {
        return new StanzaReader(Namespaces.CLIENT, null);
    }
}
