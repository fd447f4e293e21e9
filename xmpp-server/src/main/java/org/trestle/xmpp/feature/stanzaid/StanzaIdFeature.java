package org.trestle.xmpp.feature.stanzaid;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.trestle.xmpp.feature.Feature;
import org.trestle.xmpp.feature.FeatureContext;
import org.trestle.xmpp.feature.FeatureInfo;
import org.trestle.xmpp.feature.Scope;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.route.RouteHooks;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stanza.Payload;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.Namespaces;
import org.trestle.xmpp.xml.XmlWriter;

/**
 * XEP-0359: a normal or chat message that an account may get to see more than once gets an id by that account, the same for
 * all its resources, for copies and for the offline store. The id is appended to the bytes of the message; only one that
 * mentions an id already is parsed.
 */
public final class StanzaIdFeature implements Feature, RouteHooks.Stamp {
    static final String NAMESPACE = "urn:xmpp:sid:0";

    private static final byte[] START = ascii("<stanza-id xmlns='" + NAMESPACE + "' id='");
    private static final byte[] BY = ascii("' by='");
    private static final byte[] END = ascii("'/>");

    private final UnguessableIds ids = new UnguessableIds();

    @Override
    public FeatureInfo info() {
        return new FeatureInfo("XEP-0359", "Unique and Stable Stanza IDs", "0.7.0");
    }

    @Override
    public void install(FeatureContext context) {
        context.disco(NAMESPACE, Scope.SERVER);
        context.disco(NAMESPACE, Scope.ACCOUNT);
        context.route().stamp(this);
    }

    /** What says that it is an id by this account is not (XEP-0359 5.2); ids by others stay. */
    @Override
    public Message cleaned(Message message, BareJid account) {
        if (!isMarked(message.content(), account)) {
            return message;
        }
        List<Element> kept = new ArrayList<>(message.children());
        kept.removeIf(element -> isId(element, account));
        return with(message, Payload.of(XmlWriter.bytes(kept, Namespaces.CLIENT)));
    }

    @Override
    public Message marked(Message message, BareJid account) {
        boolean taken = message.type() == Message.Type.NORMAL || message.type() == Message.Type.CHAT;
        return !taken || isMarked(message.content(), account)
                ? message
                : with(message, appended(message.content(), account));
    }

    private static Message with(Message message, Payload content) {
        return new Message(message.type(), message.to(), message.from(), message.id(), message.lang(), content);
    }

    private static boolean isMarked(Payload content, BareJid account) {
        if (content.mentions("stanza-id")) {
            for (Element element : content.elements()) {
                if (isId(element, account)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isId(Element element, BareJid account) {
        String by = element.is("stanza-id", NAMESPACE) ? element.attribute("by") : null;
        return by != null && account.equals(Jid.parse(by));
    }

    private Payload appended(Payload content, BareJid account) {
        byte[] before = content.bytes();
        // A bare Jid has no character that would have to be escaped in an attribute.
        byte[] by = account.toString().getBytes(StandardCharsets.UTF_8);
        byte[] bytes =
                new byte[before.length + START.length + UnguessableIds.LENGTH + BY.length + by.length + END.length];
        int at = append(bytes, 0, before);
        at = append(bytes, at, START);
        ids.write(bytes, at);
        at = append(bytes, at + UnguessableIds.LENGTH, BY);
        at = append(bytes, at, by);
        append(bytes, at, END);
        return Payload.of(bytes);
    }

    private static int append(byte[] bytes, int at, byte[] more) {
        System.arraycopy(more, 0, bytes, at, more.length);
        return at + more.length;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
