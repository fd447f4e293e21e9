package org.trestle.xmpp.feature;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.session.Endpoint;
import org.trestle.xmpp.session.Source;
import org.trestle.xmpp.session.Switchboard;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.stanza.StanzaError.Condition;
import org.trestle.xmpp.xml.Element;

/** Who answers which request, and the answer to those that nobody knows (RFC 6120 8.4). Read-only once filled. */
final class IqTable {

    private record Key(Iq.Type type, String name, String namespace, Scope scope) {}

    private static final Element NOTHING = Element.of("nothing", "").build();

    private final Map<Key, IqHandler> handlers = new HashMap<>();
    private final Switchboard switchboard;

    IqTable(Switchboard switchboard) {
        this.switchboard = switchboard;
    }

    void add(Iq.Type type, String name, String namespace, Scope scope, IqHandler handler) {
        @Nullable IqHandler before = handlers.put(new Key(type, name, namespace, scope), handler);
        if (before != null) {
            throw new IllegalStateException("two features have iq " + type + " " + name + " in " + namespace);
        }
    }

    void dispatch(Iq iq, Scope scope, @Nullable Source asker) {
        List<Element> children = iq.children();
        if (children.size() != 1) {
            request(iq, NOTHING, asker).refuse(StanzaError.of(Condition.BAD_REQUEST));
            return;
        }
        Element child = children.get(0);
        IqHandler handler = handlers.get(new Key(iq.type(), child.name(), child.namespace(), scope));
        if (handler == null) {
            request(iq, child, asker).refuse(StanzaError.of(Condition.SERVICE_UNAVAILABLE));
        } else {
            handler.handle(request(iq, child, asker));
        }
    }

    private IqRequest request(Iq iq, Element element, @Nullable Source asker) {
        return new IqRequest(iq, element, reply -> {
            if (asker instanceof Endpoint endpoint) {
                endpoint.onLoop(() -> {
                    if (endpoint.deliver(reply, null) == Endpoint.Delivery.CLOSED) {
                        switchboard.route(reply, null);
                    }
                });
            } else {
                switchboard.route(reply, null);
            }
        });
    }
}
