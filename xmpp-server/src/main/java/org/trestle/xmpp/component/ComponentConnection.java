package org.trestle.xmpp.component;

import org.trestle.xmpp.jid.DomainJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.session.Endpoint;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stream.ComponentStream;
import org.trestle.xmpp.stream.StreamError;
import org.trestle.xmpp.xml.Element;

/**
 * One connection of a component, active or standing by; both may send. What it sends must be from its own domain; what has
 * no receiver is for the server.
 */
final class ComponentConnection extends Endpoint {
    private static final Element PING = Element.of("ping", "urn:xmpp:ping").build();

    private final String name;
    private final DomainJid domain;
    private final DomainJid server;
    private final Components components;
    private int pings;

    /** {@code name} is that of the call bridge, {@code server} the local domain that it is below. */
    ComponentConnection(String id, String name, DomainJid server, ComponentStream stream, Components components) {
        super(id, stream, components.context());
        this.name = name;
        this.domain = DomainJid.of(stream.domain());
        this.server = server;
        this.components = components;
    }

    String name() {
        return name;
    }

    @Override
    public DomainJid address() {
        return domain;
    }

    /** All connections of the component: what one was told another knows when it takes over. */
    @Override
    public String audience() {
        return COMPONENT_AUDIENCE + domain;
    }

    @Override
    public void stanza(Stanza stanza) {
        if (isClosed()) {
            return;
        }
        Jid from = stanza.from();
        if (from != null && !from.domain().equals(domain.domain())) {
            context().meters().strayFrom();
            end(StreamError.of(
                    StreamError.Condition.INVALID_FROM,
                    "this stream is that of " + domain + ", it cannot send as " + from));
            return;
        }
        Stanza stamped = from == null ? stanza.withFrom(domain) : stanza;
        context().switchboard().route(stamped.to() == null ? stamped.withTo(server) : stamped, this);
    }

    @Override
    protected void ask() {
        deliver(Iq.of(Iq.Type.GET, server, domain, "alive-" + ++pings, PING), null);
    }

    @Override
    protected void gone() {
        components.ended(this);
    }

    @Override
    public String toString() {
        return domain + " (" + id() + ')';
    }
}
