package org.trestle.xmpp.stream;

import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.stanza.Reading;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stanza.StanzaReader;
import org.trestle.xmpp.stream.StreamCounters.Event;
import org.trestle.xmpp.stream.StreamError.Condition;
import org.trestle.xmpp.xml.Namespaces;
import org.trestle.xmpp.xml.StartTag;
import org.trestle.xmpp.xml.Token;

/** The stream of one component: header, handshake, then stanzas (XEP-0114 3). */
final class ComponentConnection implements ComponentStream, Protocol {
    /** What a stanza that waits for the answer costs beside its payload, in bytes. */
    private static final int EARLY_OVERHEAD = 256;

    /** As many may wait for the answer before their senders are slowed down. */
    private static final int FEW_EARLY = 64;

    private final StreamHandler stream;
    private final ComponentHost host;
    private final ComponentSettings settings;
    private final InetSocketAddress peer;
    private final String id = StreamText.newId();
    private final Queue<Stanza> early = new ArrayDeque<>();

    private @Nullable String domain;
    private @Nullable StreamListener listener;
    private long earlyBytes;
    private boolean accepted;
    private StanzaReader reader = new StanzaReader(Namespaces.COMPONENT, null);

    ComponentConnection(StreamHandler stream, ComponentHost host, ComponentSettings settings, InetSocketAddress peer) {
        this.stream = stream;
        this.host = host;
        this.settings = settings;
        this.peer = peer;
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
        if (accepted) {
            stanza(child);
        } else if (child.tag().is("handshake", Namespaces.COMPONENT)) {
            String digest = child.element().text().trim();
            stream.await(host.handshake(this, domain(), id, digest), (verdict, failure) -> judged(verdict));
        } else {
            stream.close(StreamError.of(Condition.NOT_AUTHORIZED, "the handshake comes first"));
        }
    }

    private void judged(@Nullable ComponentVerdict verdict) {
        if (verdict instanceof ComponentVerdict.Accepted ok) {
            listener = ok.listener();
            if (!stream.isOpen()) {
                over();
                return;
            }
            accepted = true;
            stream.authenticated();
            stream.settled();
            stream.withLimits(settings.limits().afterAuthentication());
            stream.say("<handshake/>");
            for (Stanza stanza = early.poll(); stanza != null; stanza = early.poll()) {
                stream.send(stanza);
            }
            writableAgain();
        } else {
            stream.count(Event.AUTHENTICATION_FAILED);
            stream.close(
                    verdict instanceof ComponentVerdict.Refused refused
                            ? refused.error()
                            : StreamError.of(Condition.INTERNAL_SERVER_ERROR));
        }
    }

    private void stanza(Token.Child child) {
        Reading reading = reader.read(child);
        if (reading instanceof Reading.Valid valid) {
            stream.count(Event.STANZA_RECEIVED);
            if (listener != null) {
                listener.stanza(valid.stanza());
            }
        } else if (reading instanceof Reading.Refused refused) {
            stream.count(Event.STANZA_REFUSED);
            Stanza reply = refused.reply();
            if (reply != null) {
                stream.send(reply);
            }
        } else if (reading instanceof Reading.BadSender) {
            stream.close(StreamError.of(Condition.INVALID_FROM, "the attribute 'from' is not a Jid"));
        } else {
            stream.close(StreamError.of(
                    Condition.UNSUPPORTED_STANZA_TYPE, "only message, presence and iq are understood here"));
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

    @Override
    public EventLoop loop() {
        return stream.loop();
    }

    @Override
    public InetSocketAddress peer() {
        return peer;
    }

    @Override
    public boolean secured() {
        return EndPoint.isSecured(stream.context().pipeline());
    }

    @Override
    public boolean send(Stanza stanza) {
        if (accepted) {
            return stream.send(stanza);
        }
        if (!stream.isOpen()) {
            return false;
        }
        early.add(stanza);
        earlyBytes += stanza.payload().length + EARLY_OVERHEAD;
        if (earlyBytes > stream.maxWaiting()) {
            early.clear();
            stream.close(StreamError.of(Condition.RESOURCE_CONSTRAINT, "too much waits for this component already"));
            return false;
        }
        return true;
    }

    /** While stanzas wait for the answer their senders are slowed down: it can take as long as a node takes to be lost. */
    @Override
    public boolean writable() {
        return stream.isOpen() && (accepted ? stream.writable() : early.size() < FEW_EARLY);
    }

    @Override
    public void reading(boolean on) {
        stream.reading(on);
    }

    @Override
    public void close(@Nullable StreamError error) {
        stream.close(error);
    }

    @Override
    public void writableAgain() {
        if (listener != null) {
            listener.writable();
        }
    }

    @Override
    public void over() {
        early.clear();
        StreamListener known = listener;
        listener = null;
        if (known != null) {
            known.closed();
        }
    }
}
