package org.trestle.xmpp.session;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Binding;
import org.trestle.xmpp.jid.FullJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stanza.StanzaError;
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
    private final Set<Jid> directed = new LinkedHashSet<>(0);
    private final Set<String> marks = new HashSet<>(0);
    private @Nullable Presence presence;
    // The number of the last presence for everybody, and of the last one that waits for the directory (0: none does).
    private int announcements;
    private int announcing;
    private byte[] published = Availability.connected();
    private boolean copies;
    private @Nullable Successor successor;
    private int pings;
    private long rosterVersion = -1;
    private boolean bound;
    private boolean greeted;

    ClientSession(String id, FullJid jid, ClientStream stream, Sessions sessions) {
        super(id, stream, sessions.context());
        this.jid = jid;
        this.sessions = sessions;
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

    private void route(Stanza stanza) {
        context().switchboard().route(stanza.withFrom(jid), this);
    }

    private void presence(Presence sent) {
        switch (sent.type()) {
            case AVAILABLE, UNAVAILABLE -> {
                Jid to = sent.to();
                if (to == null) {
                    announce(sent.withFrom(jid));
                } else {
                    direct(sent, to);
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

    /** RFC 6121 4.6: presence to somebody who has no subscription. */
    private void direct(Presence sent, Jid to) {
        if (sent.type() == Presence.Type.UNAVAILABLE) {
            directed.remove(to);
        } else if (!directed.contains(to)) {
            if (directed.size() >= context().limits().maxDirected()) {
                bounce(
                        sent,
                        StanzaError.of(
                                StanzaError.Condition.RESOURCE_CONSTRAINT,
                                "this session has told " + directed.size()
                                        + " addresses of its presence, no more fit"));
                return;
            }
            directed.add(to);
        }
        route(sent);
    }

    /**
     * RFC 6121 4.2, 4.4, 4.5: presence for everybody. The directory hears of it first, so that whoever is told that this
     * resource is available can rely on it.
     */
    private void announce(Presence sent) {
        Integer priority = priority(sent);
        if (priority == null && sent.type() == Presence.Type.AVAILABLE) {
            bounce(
                    sent,
                    StanzaError.of(StanzaError.Condition.BAD_REQUEST, "a priority is a whole number from -128 to 127"));
            return;
        }
        byte[] attributes = Availability.withCopies(
                priority == null || sent.type() == Presence.Type.UNAVAILABLE
                        ? Availability.connected()
                        : Availability.available(priority),
                copies);
        if (announcing == 0 && Arrays.equals(attributes, published)) {
            announced(sent);
            return;
        }
        int number = ++announcements;
        announcing = number;
        published = attributes;
        sessions.publish(this, attributes)
                .whenComplete((done, failed) -> onLoop(() -> {
                    // Of several that waited for the directory the last one counts: presence is a state.
                    if (announcing == number) {
                        announcing = 0;
                        if (failed == null) {
                            announced(sent);
                        } else {
                            published = Availability.connected();
                            bounce(sent.withTo(null), StanzaError.of(StanzaError.Condition.INTERNAL_SERVER_ERROR));
                        }
                    }
                }));
    }

    private void announced(Presence sent) {
        if (isClosed()) {
            return;
        }
        boolean wasAvailable = presence != null;
        boolean available = sent.type() == Presence.Type.AVAILABLE;
        presence = available ? sent : null;
        if (!available && !wasAvailable && directed.isEmpty()) {
            return;
        }
        for (Binding binding : sessions.available(jid)) {
            FullJid resource = binding.resource().equals(jid.resource())
                    ? jid
                    : jid.bareJid().withResource(binding.resource());
            context().switchboard().route(sent.withTo(resource), this);
            if (available && !wasAvailable && !resource.equals(jid)) {
                context().switchboard().route(Presence.of(Presence.Type.PROBE, jid, resource), null);
            }
        }
        if (available || wasAvailable) {
            context().rules().announced(this, sent, !wasAvailable);
        }
        if (available) {
            greet();
        } else {
            deliver(sent.withTo(jid), null);
            directed.removeIf(to -> wasAvailable && to.resource() == null && isSubscriber(to));
            directed.forEach(to -> context().switchboard().route(sent.withTo(to), this));
            directed.clear();
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
        copies = wanted;
        byte[] attributes = Availability.withCopies(published, wanted);
        if (Arrays.equals(attributes, published)) {
            return CompletableFuture.completedFuture(null);
        }
        published = attributes;
        return sessions.publish(this, attributes);
    }

    /** Whether this address was told directly that the session is available. On the loop. */
    public boolean hasTold(Jid to) {
        return directed.contains(to);
    }

    /** Tells those who match no more, for they are said goodbye; returns who they are. On the loop. */
    public Set<Jid> forget(Predicate<Jid> whom) {
        Set<Jid> forgotten = new LinkedHashSet<>(directed);
        forgotten.removeIf(whom.negate());
        directed.removeAll(forgotten);
        return forgotten;
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
    private void greet() {
        String text = sessions.messageOfTheDay();
        if (text != null && !greeted) {
            Element body = Element.of("body", Namespaces.CLIENT).text(text).build();
            deliver(Message.of(Message.Type.HEADLINE, Jid.of(jid.domain()), jid, body), null);
        }
        greeted = true;
    }

    /** RFC 6121 4.7.2.3: -128 to 127, zero when there is none; null when what is there is no such number. */
    static @Nullable Integer priority(Presence presence) {
        Element priority = presence.child("priority", Namespaces.CLIENT);
        if (priority == null) {
            return 0;
        }
        try {
            int number = Integer.parseInt(priority.text().strip());
            return number < Availability.LOWEST || number > Availability.HIGHEST ? null : number;
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    private void bounce(Presence sent, StanzaError error) {
        Stanza reply = error.error(sent);
        if (reply != null) {
            deliver(reply.withTo(jid), null);
        }
    }

    private boolean isSubscriber(Jid watcher) {
        return context().rules().isSubscriber(jid.bareJid(), watcher);
    }

    /**
     * RFC 6121 4.3.2: the own resources, subscribers, and those who were told directly, are answered; to others this session
     * does not exist.
     */
    @Override
    public Delivery probed(Presence probe, @Nullable Source source) {
        Presence last = presence;
        Jid from = probe.from();
        if (isClosed()) {
            return Delivery.CLOSED;
        }
        if (from != null && last != null && mayAsk(from)) {
            context().switchboard().route(last.withTo(from), this);
        }
        return Delivery.TAKEN;
    }

    private boolean mayAsk(Jid from) {
        return from.bare().equals(jid.bareJid())
                || directed.contains(from)
                || directed.contains(from.bare())
                || isSubscriber(from);
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
        return presence;
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
