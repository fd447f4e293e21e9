package org.trestle.xmpp.session;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Binding;
import org.trestle.xmpp.jid.FullJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.Namespaces;

/**
 * The presence of one session: what it last said to everybody, what the directory knows of that, and who was told directly
 * (RFC 6121 4). Confined to the loop of the session.
 */
final class OwnPresence {
    private final ClientSession session;
    private final Sessions sessions;
    private final Set<Jid> directed = new LinkedHashSet<>(0);
    private @Nullable Presence last;
    // The number of the last presence for everybody, and of the last one that waits for the directory (0: none does).
    private int announcements;
    private int announcing;
    private byte[] published = Availability.connected();
    private boolean copies;

    OwnPresence(ClientSession session, Sessions sessions) {
        this.session = session;
        this.sessions = sessions;
    }

    /** RFC 6121 4.6: presence to somebody who has no subscription. */
    void direct(Presence sent, Jid to) {
        if (sent.type() == Presence.Type.UNAVAILABLE) {
            directed.remove(to);
        } else if (!directed.contains(to)) {
            if (directed.size() >= session.context().limits().maxDirected()) {
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
        session.route(sent);
    }

    /**
     * RFC 6121 4.2, 4.4, 4.5: presence for everybody. The directory hears of it first, so that whoever is told that this
     * resource is available can rely on it.
     */
    void announce(Presence sent) {
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
        sessions.publish(session, attributes)
                .whenComplete((done, failed) -> session.onLoop(() -> {
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
        if (session.isClosed()) {
            return;
        }
        FullJid jid = session.address();
        boolean wasAvailable = last != null;
        boolean available = sent.type() == Presence.Type.AVAILABLE;
        last = available ? sent : null;
        if (!available && !wasAvailable && directed.isEmpty()) {
            return;
        }
        for (Binding binding : sessions.available(jid)) {
            FullJid resource = binding.resource().equals(jid.resource())
                    ? jid
                    : jid.bareJid().withResource(binding.resource());
            session.context().switchboard().route(sent.withTo(resource), session);
            if (available && !wasAvailable && !resource.equals(jid)) {
                session.context().switchboard().route(Presence.of(Presence.Type.PROBE, jid, resource), null);
            }
        }
        if (available || wasAvailable) {
            session.context().rules().announced(session, sent, !wasAvailable);
        }
        if (available) {
            session.greet();
        } else {
            session.deliver(sent.withTo(jid), null);
            directed.removeIf(to -> wasAvailable && to.resource() == null && isSubscriber(to));
            directed.forEach(to -> session.context().switchboard().route(sent.withTo(to), session));
            directed.clear();
        }
    }

    /** Whether this resource gets copies (XEP-0280), as the whole cluster will know once the result is there. */
    CompletionStage<Void> copies(boolean wanted) {
        copies = wanted;
        byte[] attributes = Availability.withCopies(published, wanted);
        if (Arrays.equals(attributes, published)) {
            return CompletableFuture.completedFuture(null);
        }
        published = attributes;
        return sessions.publish(session, attributes);
    }

    /** Whether this address was told directly that the session is available. */
    boolean hasTold(Jid to) {
        return directed.contains(to);
    }

    /** Tells those who match no more, for they are said goodbye; returns who they are. */
    Set<Jid> forget(Predicate<Jid> whom) {
        Set<Jid> forgotten = new LinkedHashSet<>(directed);
        forgotten.removeIf(whom.negate());
        directed.removeAll(forgotten);
        return forgotten;
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
            session.deliver(reply.withTo(session.address()), null);
        }
    }

    private boolean isSubscriber(Jid watcher) {
        return session.context().rules().isSubscriber(session.address().bareJid(), watcher);
    }

    /** RFC 6121 4.3.2: the own resources, subscribers, and those who were told directly, are answered. */
    void probed(Presence probe) {
        Presence said = last;
        Jid from = probe.from();
        if (from != null && said != null && mayAsk(from)) {
            session.context().switchboard().route(said.withTo(from), session);
        }
    }

    /** The last presence for everybody; null when the session is not available. */
    @Nullable
    Presence last() {
        return last;
    }

    private boolean mayAsk(Jid from) {
        return from.bare().equals(session.address().bareJid())
                || directed.contains(from)
                || directed.contains(from.bare())
                || isSubscriber(from);
    }
}
