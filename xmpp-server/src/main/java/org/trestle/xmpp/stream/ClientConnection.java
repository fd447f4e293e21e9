package org.trestle.xmpp.stream;

import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.trestle.auth.sasl.SaslOffer;
import org.trestle.auth.sasl.SaslStep;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Reading;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.stanza.StanzaReader;
import org.trestle.xmpp.stream.StreamError.Condition;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.Namespaces;
import org.trestle.xmpp.xml.StartTag;
import org.trestle.xmpp.xml.Token;

/** The stream of one client: header, TLS, SASL, binding, then stanzas (RFC 6120 4 to 7). */
final class ClientConnection extends StreamConnection implements ClientStream {
    private enum State {
        /** Awaiting a header. */
        HEADER,
        /** Awaiting starttls or auth. */
        UNAUTHENTICATED,
        /** Awaiting the binding of a resource. */
        UNBOUND,
        BOUND
    }

    private final StreamHost host;
    private final ClientSettings settings;
    private final TlsStart tls;
    private final Sasl sasl;
    private final Acknowledgements acknowledgements;
    private final StrangerRequests strangers;

    private State state = State.HEADER;
    private String id = StreamText.newId();
    private @Nullable String domain;
    private @Nullable BareJid account;
    private @Nullable Instant validUntil;
    /** What SASL was offered on this stream; null when it was not. */
    private @Nullable SaslOffer offer;

    private StanzaReader reader = StanzaReader.ofClients();

    ClientConnection(
            StreamHandler stream, StreamHost host, ClientSettings settings, TlsStart tls, InetSocketAddress peer) {
        super(stream, peer);
        this.host = host;
        this.settings = settings;
        this.tls = tls;
        this.acknowledgements = new Acknowledgements(stream);
        this.strangers = new StrangerRequests(stream, host, peer.getAddress());
        this.sasl = new Sasl(stream, settings.saslAttempts(), this::authenticated);
    }

    @Override
    public void header(StartTag tag) {
        id = StreamText.newId();
        ClientHeader header = ClientHeader.read(tag);
        StreamError error = header.error();
        if (error == null) {
            error = objection(header);
        }
        // The host that was asked for, so that the error below says which one it speaks for.
        domain = header.domain();
        if (error != null) {
            stream.close(error);
            return;
        }
        reader = new StanzaReader(Namespaces.CLIENT, header.lang());
        state = account == null ? State.UNAUTHENTICATED : State.UNBOUND;
        String to = secured() ? header.from() : null;
        offer = offer(domain);
        stream.open(StreamText.toClient(id, domain, to), StreamText.features(features()));
    }

    private @Nullable StreamError objection(ClientHeader header) {
        String asked = header.domain();
        if (asked == null || !host.serves(asked)) {
            return StreamError.of(Condition.HOST_UNKNOWN, "this server does not serve the domain in 'to'");
        }
        String begun = EndPoint.serverName(stream.context().pipeline());
        if (begun != null && !begun.equals(asked) && host.serves(begun)) {
            return StreamError.of(Condition.HOST_UNKNOWN, "TLS was begun for another domain than the one in 'to'");
        }
        if (account != null && !account.domain().equals(asked)) {
            return StreamError.of(Condition.HOST_UNKNOWN, "the account that has authenticated is of another domain");
        }
        if (!host.accepting()) {
            return StreamError.of(Condition.SYSTEM_SHUTDOWN, "this node has lost its cluster; connect to another node");
        }
        String elsewhere = host.elsewhere();
        return elsewhere == null ? null : StreamError.seeOtherHost(elsewhere, "this node is being taken out of use");
    }

    @Override
    public String openingTag() {
        return StreamText.toClient(id, domain, null);
    }

    private List<Element> features() {
        List<Element> features = new ArrayList<>(2);
        if (account != null) {
            features.add(Element.of("bind", Namespaces.BIND).build());
            features.add(
                    Element.of("session", Namespaces.SESSION).child("optional").build());
            features.add(Element.of("sm", Namespaces.STREAM_MANAGEMENT).build());
            features.addAll(host.features(true));
            return features;
        }
        if (!secured()) {
            Element.Builder starttls = Element.of("starttls", Namespaces.TLS);
            features.add(settings.tlsRequired() ? starttls.child("required").build() : starttls.build());
        }
        if (offer != null) {
            features.addAll(Sasl.features(offer));
        }
        features.addAll(host.features(false));
        return features;
    }

    private @Nullable SaslOffer offer(@Nullable String domain) {
        if (account != null || domain == null || (!secured() && settings.tlsRequired())) {
            return null;
        }
        return host.mechanisms()
                .offer(domain, EndPoint.sasl(stream.context().channel(), peer(), !settings.tlsRequired()));
    }

    @Override
    public void child(Token.Child child) {
        switch (state) {
            case BOUND -> bound(child);
            case UNBOUND -> unbound(child);
            case UNAUTHENTICATED -> unauthenticated(child);
            case HEADER -> throw new IllegalStateException("an element before the header");
        }
    }

    private void unauthenticated(Token.Child child) {
        StartTag tag = child.tag();
        if (tag.is("starttls", Namespaces.TLS)) {
            startTls(child);
        } else if (Acknowledgements.isOne(tag)) {
            acknowledgements.failed(StanzaError.Condition.UNEXPECTED_REQUEST, null);
        } else if (tag.is("iq", Namespaces.CLIENT) && offer != null && domain != null) {
            strangers.read(stanzas.read(reader, child), domain);
        } else if (!tag.namespace().equals(Namespaces.SASL)) {
            stream.close(StreamError.of(Condition.NOT_AUTHORIZED, "authenticate first"));
        } else if (offer == null) {
            sasl.refuseWithoutTls();
        } else {
            sasl.child(child, host.mechanisms(), offer);
        }
    }

    /** RFC 6120 5.4. What came before TLS must not be taken for what came through it. */
    private void startTls(Token.Child child) {
        // One that is malformed is not an error of the stream but a failure of this (5.4.2.2).
        if (secured() || child.content().length > 0) {
            stream.say("<failure xmlns='" + Namespaces.TLS + "'/>");
            stream.close(null);
            return;
        }
        if (stream.buffered() > 0) {
            stream.close(StreamError.of(
                    Condition.POLICY_VIOLATION, "nothing may follow <starttls/> until the server has answered"));
            return;
        }
        SslHandler handler = tls.handler(domain);
        stream.say("<proceed xmlns='" + Namespaces.TLS + "'/>");
        stream.flush();
        ChannelPipeline pipeline = stream.context().pipeline();
        pipeline.addFirst("tls", handler);
        state = State.HEADER;
        stream.restart(settings.limits().beforeAuthentication());
    }

    private void authenticated(SaslStep.Success proven) {
        if (domain == null) {
            throw new IllegalStateException("authenticated before a header");
        }
        account = BareJid.of(proven.username(), domain);
        validUntil = proven.until();
        offer = null;
        stream.authenticated();
        state = State.HEADER;
        stream.restart(settings.limits().afterAuthentication());
    }

    private void unbound(Token.Child child) {
        BareJid known = account;
        if (known != null && Acknowledgements.isOne(child.tag())) {
            managed(child.tag(), known);
            return;
        }
        Reading reading = reader.read(child);
        if (reading instanceof Reading.Refused refused && child.tag().name().equals("iq")) {
            stanzas.answer(refused.reply());
            return;
        }
        if (known == null
                || !(reading instanceof Reading.Valid valid)
                || !(valid.stanza() instanceof Iq iq)
                || !ResourceBinding.isAboutBind(iq)) {
            stream.close(StreamError.of(Condition.NOT_AUTHORIZED, "bind a resource first"));
            return;
        }
        ResourceBinding.Request request = ResourceBinding.read(iq, known);
        StanzaError error = request.error();
        if (error != null) {
            stanzas.answer(error.error(iq));
            return;
        }
        stream.await(host.bind(this, known, request.resource()), (result, failure) -> bindDone(iq, result));
    }

    private void bindDone(Iq iq, @Nullable BindResult result) {
        if (result instanceof BindResult.Bound bound) {
            state = State.BOUND;
            stanzas.open(bound.listener(), () -> stanzas.answer(ResourceBinding.result(iq, bound.jid())));
        } else if (result instanceof BindResult.Refused refused) {
            stanzas.answer(refused.error().error(iq));
        } else {
            stanzas.answer(
                    StanzaError.of(StanzaError.Condition.INTERNAL_SERVER_ERROR).error(iq));
        }
    }

    /** XEP-0198 3 and 5: before the binding a stream can only be resumed. */
    private void managed(StartTag tag, BareJid known) {
        if (!tag.name().equals("resume")) {
            acknowledgements.failed(StanzaError.Condition.UNEXPECTED_REQUEST, null);
            return;
        }
        Acknowledgements.Resume resume = acknowledgements.resume(tag);
        if (resume != null) {
            stream.await(
                    host.resume(this, known, resume.id(), resume.handled()),
                    (result, failure) -> resumeDone(resume.id(), result));
        }
    }

    private void resumeDone(String previous, @Nullable ResumeResult result) {
        if (result instanceof ResumeResult.Resumed resumed) {
            state = State.BOUND;
            stanzas.open(resumed.listener(), () -> acknowledgements.resumed(previous, resumed.handled()));
        } else if (result instanceof ResumeResult.Failed failed) {
            acknowledgements.failed(failed.condition(), failed.handled());
        } else {
            stream.close(
                    result instanceof ResumeResult.Broken broken
                            ? broken.error()
                            : StreamError.of(Condition.INTERNAL_SERVER_ERROR));
        }
    }

    private void bound(Token.Child child) {
        if (Acknowledgements.isOne(child.tag())) {
            acknowledgements.bound(child.tag(), stanzas.management());
            return;
        }
        if (!child.tag().namespace().equals(Namespaces.CLIENT) && stanzas.nonza(child.element())) {
            return;
        }
        Stanza stanza = stanzas.read(reader, child);
        if (stanza == null) {
            return;
        }
        Stanza answer = stanza instanceof Iq iq && iq.type() == Iq.Type.SET ? ResourceBinding.afterwards(iq) : null;
        if (answer != null) {
            stanzas.answered(answer);
        } else {
            stanzas.received(stanza);
        }
    }

    @Override
    public @Nullable Instant validUntil() {
        return validUntil;
    }

    @Override
    public void request() {
        acknowledgements.request();
    }

    @Override
    public CompletionStage<Void> moveTo(EventLoop loop) {
        return stream.moveTo(loop);
    }

    @Override
    public String id() {
        return id;
    }
}
