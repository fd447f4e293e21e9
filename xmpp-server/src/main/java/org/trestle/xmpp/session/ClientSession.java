package org.trestle.xmpp.session;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.jid.FullJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stream.ClientStream;
import org.trestle.xmpp.stream.StreamError;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.Namespaces;

/**
 * One bound resource (RFC 6120 7, RFC 6121 4). Stamps what the client sends with its address, treats what has no receiver
 * (RFC 6120 10.3), and keeps its presence: what it last said, and who was told directly (RFC 6121 4.6).
 */
public final class ClientSession extends ResumableEndpoint {
    private static final Element PING = Element.of("ping", "urn:xmpp:ping").build();

    private final FullJid jid;
    private final Sessions sessions;
    private final OwnPresence own;
    private final Set<String> marks = new HashSet<>(0);
    private @Nullable Successor successor;
    private int pings;
    private long rosterVersion = -1;
    private boolean bound;
    private boolean greeted;

    ClientSession(String id, FullJid jid, ClientStream stream, Sessions sessions) {
        super(id, stream, sessions.context());
        this.jid = jid;
        this.sessions = sessions;
        this.own = new OwnPresence(this, sessions);
    }

    /** The entry of the directory was seen: when it is not there any more somebody else has taken it out. */
    void bound() {
        bound = true;
    }

    boolean isBound() {
        return bound;
    }

    @Override
    public FullJid address() {
        return jid;
    }

    @Override
    public void stanza(Stanza stanza) {
        if (isClosed()) {
            return;
        }
        Jid from = stanza.from();
        if (from != null && !from.equals(jid) && !from.equals(jid.bareJid())) {
            context().meters().strayFrom();
            end(StreamError.of(
                    StreamError.Condition.INVALID_FROM,
                    "this stream is that of " + jid + ", it cannot send as " + from));
        } else if (stanza instanceof Presence sent) {
            presence(sent);
        } else {
            route(stanza.to() == null ? stanza.withTo(jid.bareJid()) : stanza);
        }
    }

    @Override
    public boolean nonza(Element element) {
        return isClosed() || context().nonzas().take(this, element);
    }

    /** Sends a stanza in the name of this resource. */
    void route(Stanza stanza) {
        context().switchboard().route(stanza.withFrom(jid), this);
    }

    private void presence(Presence sent) {
        switch (sent.type()) {
            case AVAILABLE, UNAVAILABLE -> {
                Jid to = sent.to();
                if (to == null) {
                    own.announce(sent.withFrom(jid));
                } else {
                    own.direct(sent, to);
                }
            }
            // RFC 6121 3.1.2: a subscription is between accounts, not resources.
            case SUBSCRIBE, SUBSCRIBED, UNSUBSCRIBE, UNSUBSCRIBED -> {
                Jid to = sent.to();
                if (to != null) {
                    context().rules().subscription(this, sent.withTo(to.bare()).withFrom(jid.bareJid()));
                }
            }
            case PROBE, ERROR -> {
                if (sent.to() != null) {
                    route(sent);
                }
            }
        }
    }

    /** The Jid was that of a session on another node until now. Called before anything is delivered. */
    void tookOver() {
        successor = new Successor(context().nanos());
    }

    /**
     * Whether a stanza that was sent after this session would be delivered behind a later one of the same sender. On the loop.
     *
     * @param hops how often it was sent after its receiver, or came from another node
     */
    public boolean isOvertaken(Stanza stanza, int hops) {
        Successor taken = successor;
        return taken != null && taken.isOvertaken(stanza.from(), hops);
    }

    @Override
    protected void second() {
        super.second();
        Successor taken = successor;
        if (taken != null && taken.isOver(context().nanos())) {
            successor = null;
        }
    }

    /**
     * Whether this resource gets copies of what others of its account send and receive (XEP-0280), as the whole cluster will
     * know once the result is there. On the loop.
     */
    public CompletionStage<Void> copies(boolean wanted) {
        return own.copies(wanted);
    }

    /** Whether this address was told directly that the session is available. On the loop. */
    public boolean hasTold(Jid to) {
        return own.hasTold(to);
    }

    /** Tells those who match no more, for they are said goodbye; returns who they are. On the loop. */
    public Set<Jid> forget(Predicate<Jid> whom) {
        return own.forget(whom);
    }

    /** A feature remembers this word, its namespace, of the session. On the loop. */
    public void mark(String word) {
        marks.add(word);
    }

    /** Whether a feature remembers this word of the session. On the loop. */
    public boolean isMarked(String word) {
        return marks.contains(word);
    }

    /** The message of the day, once a session, as a headline of the domain (RFC 6121 5.2.2). */
    void greet() {
        String text = sessions.messageOfTheDay();
        if (text != null && !greeted) {
            Element body = Element.of("body", Namespaces.CLIENT).text(text).build();
            deliver(Message.of(Message.Type.HEADLINE, Jid.of(jid.domain()), jid, body), null);
        }
        greeted = true;
    }

    /**
     * The client has the roster of this version, or gets what leads to it (RFC 6121 2.2: an interested resource). On the loop.
     *
     * @return whether it had asked for its roster before, and has an older version of it
     */
    public boolean interested(long version) {
        boolean pushed = isInterested() && rosterVersion < version;
        rosterVersion = Math.max(rosterVersion, version);
        return pushed;
    }

    /** Whether it has asked for its roster. On the loop. */
    public boolean isInterested() {
        return rosterVersion >= 0;
    }

    /** The last presence for everybody; null when the session is not available. On the loop. */
    public @Nullable Presence presence() {
        return own.last();
    }

    /** RFC 6121 4.3.2: those who may know that it is available are answered; to others this session does not exist. */
    @Override
    public Delivery probed(Presence probe, @Nullable Source source) {
        if (isClosed()) {
            return Delivery.CLOSED;
        }
        own.probed(probe);
        return Delivery.TAKEN;
    }

    @Override
    protected void ping() {
        Jid server = Jid.of(jid.domain());
        deliver(Iq.of(Iq.Type.GET, server, jid, "alive-" + ++pings, PING), null);
    }

    @Override
    protected void ended() {
        sessions.ended(this);
    }

    @Override
    public String toString() {
        return jid + " (" + id() + ')';
    }
}
