package org.trestle.xmpp.stream;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stanza.StanzaReader;
import org.trestle.xmpp.stream.StreamCounters.Event;
import org.trestle.xmpp.stream.StreamError.Condition;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.Namespaces;
import org.trestle.xmpp.xml.StartTag;
import org.trestle.xmpp.xml.Token;

/** The stream of one component: header, handshake, then stanzas (XEP-0114 3). */
final class ComponentConnection extends StreamConnection implements ComponentStream {
    private final ComponentHost host;
    private final ComponentSettings settings;
    private final String id = StreamText.newId();

    private @Nullable String domain;
    private StanzaReader reader = new StanzaReader(Namespaces.COMPONENT, null);

    ComponentConnection(StreamHandler stream, ComponentHost host, ComponentSettings settings, InetSocketAddress peer) {
        super(stream, peer);
        this.host = host;
        this.settings = settings;
    }

    @Override
    public void header(StartTag tag) {
        String asked = ClientHeader.domain(tag.attribute("to"));
        domain = asked;
        StreamError error = ClientHeader.nameError(tag, Namespaces.COMPONENT);
        if (error == null && asked == null) {
            error = StreamError.of(
                    Condition.IMPROPER_ADDRESSING, "the stream header needs the component's domain in 'to'");
        }
        if (error == null && !host.accepting()) {
            error = StreamError.of(
                    Condition.SYSTEM_SHUTDOWN, "this node has lost its cluster; connect to another node");
        }
        if (error != null) {
            stream.close(error);
            return;
        }
        reader = new StanzaReader(Namespaces.COMPONENT, tag.lang());
        stream.open(openingTag(), "");
    }

    @Override
    public String openingTag() {
        return StreamText.toComponent(id, domain);
    }

    @Override
    public void child(Token.Child child) {
        if (stanzas.isOpen()) {
            Stanza stanza = stanzas.read(reader, child);
            if (stanza != null) {
                stanzas.received(stanza);
            }
        } else if (child.tag().is("handshake", Namespaces.COMPONENT)) {
            Element handshake = child.element();
            if (handshake.firstChild() != null) {
                stream.close(StreamError.of(Condition.INVALID_XML, "a handshake is a text without elements in it"));
                return;
            }
            String digest = handshake.text().trim();
            stream.await(host.handshake(this, domain(), id, digest), (verdict, failure) -> judged(verdict));
        } else {
            stream.close(StreamError.of(Condition.NOT_AUTHORIZED, "the handshake comes first"));
        }
    }

    private void judged(@Nullable ComponentVerdict verdict) {
        if (verdict instanceof ComponentVerdict.Accepted accepted) {
            if (stanzas.open(accepted.listener(), () -> stream.say("<handshake/>"))) {
                stream.authenticated();
                stream.withLimits(settings.limits().afterAuthentication());
            }
        } else {
            stream.count(Event.AUTHENTICATION_FAILED);
            stream.close(
                    verdict instanceof ComponentVerdict.Refused refused
                            ? refused.error()
                            : StreamError.of(Condition.INTERNAL_SERVER_ERROR));
        }
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String domain() {
        String known = domain;
        if (known == null) {
            throw new IllegalStateException("the component has sent no header yet");
        }
        return known;
    }
}
