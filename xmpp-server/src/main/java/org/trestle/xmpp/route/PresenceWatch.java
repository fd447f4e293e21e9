package org.trestle.xmpp.route;

import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Attachment;
import org.trestle.cluster.api.Binding;
import org.trestle.cluster.api.Directory;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Tables;
import org.trestle.xmpp.jid.FullJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.session.Endpoint;
import org.trestle.xmpp.session.Endpoints;
import org.trestle.xmpp.session.LocalDomains;
import org.trestle.xmpp.session.Source;
import org.trestle.xmpp.stanza.Presence;

/**
 * Tells {@code unavailable} to everybody here who was told that a session or component is available, once the directory
 * says that it ended, however it ended: a node that died cannot say so itself (RFC 6121 4.5.4 is the rule for sessions
 * that end without a word).
 *
 * <p>A component's connections on other nodes are noted too, so that whichever is active when the sender ends is told.
 */
final class PresenceWatch implements Directory.Listener {
    private final Supplier<NodeId> self;
    private final Directory directory;
    private final Tables tables;
    private final LocalDomains domains;
    private final Endpoints endpoints;
    private final BusLink link;
    private final RouteMeters meters;
    private final PresenceLedger ledger;
    private final Set<Sender> unsure = ConcurrentHashMap.newKeySet();
    private BiConsumer<Endpoint, Presence> announcer = (endpoint, presence) -> {};

    PresenceWatch(RouterParts parts, BusLink link, RouteMeters meters) {
        this.self = parts.cluster()::self;
        this.directory = parts.cluster().directory();
        this.tables = parts.cluster().tables();
        this.domains = parts.domains();
        this.endpoints = parts.endpoints();
        this.link = link;
        this.meters = meters;
        this.ledger = new PresenceLedger(parts.limits().presences());
    }

    void announceWith(BiConsumer<Endpoint, Presence> announcer) {
        this.announcer = announcer;
    }

    /** A sender was announced to an endpoint as available; on its loop. */
    void arrived(Presence presence, @Nullable Source source, Endpoint endpoint) {
        Jid from = presence.from();
        Jid to = presence.to();
        if (from != null && to != null && !from.equals(endpoint.address())) {
            Sender sender = Sender.of(from, source);
            remember(sender, told(endpoint, to));
            share(endpoint, true, sender, to);
        }
    }

    /**
     * A sender is about to say goodbye to an endpoint; on its loop. It is not told of the sender's end after that. False
     * when it was told of the end already, because the directory's word has overtaken the goodbye.
     */
    boolean leaving(Presence presence, @Nullable Source source, Endpoint endpoint) {
        Jid from = presence.from();
        Jid to = presence.to();
        if (from == null || to == null) {
            return true;
        }
        Sender sender = Sender.of(from, source);
        if (ledger.remove(sender, told(endpoint, to))) {
            share(endpoint, false, sender, to);
            return true;
        }
        return exists(sender) || ledger.isFull(endpoint.audience());
    }

    private static PresenceLedger.Told told(Endpoint endpoint, Jid to) {
        return new PresenceLedger.Told(endpoint.audience(), isComponent(endpoint.audience()) ? to : endpoint.address());
    }

    private void remember(Sender from, PresenceLedger.Told told) {
        if (!ledger.add(from, told)) {
            meters.untracked();
        } else if (!exists(from)) {
            // Either its end overtook its presence on the way here, or this node is behind: the log knows.
            unsure.add(from);
            makeSure();
        }
    }

    /** Asks again whether those exist that were not there when they were heard of; without a cluster nobody can tell. */
    void makeSure() {
        if (unsure.isEmpty()) {
            return;
        }
        Set<Sender> now = Set.copyOf(unsure);
        tables.barrier().thenRun(() -> {
            for (Sender from : now) {
                if (unsure.remove(from) && !exists(from)) {
                    ended(from);
                }
            }
        });
    }

    private boolean exists(Sender from) {
        if (!domains.test(from.jid().domain())) {
            return directory.active(from.jid().domain()) != null;
        }
        if (!(from.jid() instanceof FullJid full)) {
            return true;
        }
        Binding now = directory.binding(full.bareJid().toString(), full.resource());
        return now != null && (from.session().isEmpty() || now.session().equals(from.session()));
    }

    private void share(Endpoint endpoint, boolean available, Sender from, Jid to) {
        if (isComponent(endpoint.audience())) {
            for (Attachment attachment : directory.attachments(to.domain())) {
                if (!attachment.node().equals(self.get())) {
                    link.seen(attachment.node(), new Frame.Seen(available, from, to));
                }
            }
        }
    }

    /**
     * Another node has told a component that has a connection here, too, or is about to: this node may be behind in the
     * log. What is noted in vain goes when the sender ends.
     */
    void seen(Frame.Seen seen) {
        PresenceLedger.Told told = new PresenceLedger.Told(audience(seen.to().domain()), seen.to());
        if (!seen.available()) {
            ledger.remove(seen.from(), told);
        } else {
            remember(seen.from(), told);
        }
    }

    private static String audience(String domain) {
        return Endpoint.COMPONENT_AUDIENCE + domain;
    }

    private static boolean isComponent(String audience) {
        return audience.startsWith(Endpoint.COMPONENT_AUDIENCE);
    }

    private boolean isAttachedHere(String domain) {
        for (Attachment attachment : directory.attachments(domain)) {
            if (attachment.node().equals(self.get())) {
                return true;
            }
        }
        return false;
    }

    /** An endpoint of this node has gone; on its loop. */
    void removed(Endpoint endpoint) {
        if (!isComponent(endpoint.audience())) {
            ledger.forget(endpoint.audience());
        }
    }

    @Override
    public void unbound(Binding binding, Directory.Cause cause) {
        Jid from = Jid.parse(binding.account() + '/' + binding.resource());
        if (from != null) {
            ended(new Sender(from, binding.session()));
            ended(new Sender(from, ""));
        }
    }

    /** A new connection elsewhere learns what the component was told, in case it has to take over. */
    @Override
    public void attached(Attachment attachment) {
        String audience = audience(attachment.domain());
        if (attachment.node().equals(self.get())) {
            return;
        }
        for (Attachment other : directory.attachments(attachment.domain())) {
            Endpoint here = other.node().equals(self.get()) ? endpoints.get(other.connection()) : null;
            if (here != null) {
                here.onLoop(() -> ledger.each(
                        audience, (from, to) -> link.seen(attachment.node(), new Frame.Seen(true, from, to))));
                return;
            }
        }
    }

    @Override
    public void detached(Attachment attachment, Directory.Cause cause) {
        if (!isAttachedHere(attachment.domain())) {
            ledger.forget(audience(attachment.domain()));
        }
        if (directory.active(attachment.domain()) == null) {
            for (Sender from : new ArrayList<>(ledger.senders())) {
                if (from.jid().domain().equals(attachment.domain())) {
                    ended(from);
                }
            }
        }
    }

    private void ended(Sender from) {
        for (PresenceLedger.Told told : ledger.end(from)) {
            Endpoint endpoint = endpoint(told.audience());
            if (endpoint != null && !isToldBySuccessor(from.jid(), told)) {
                meters.announced();
                announcer.accept(endpoint, Presence.of(Presence.Type.UNAVAILABLE, from.jid(), told.to()));
            }
        }
    }

    /** On a node that is behind, a newer session of the Jid can have told the receiver before the end of the older is seen. */
    private boolean isToldBySuccessor(Jid from, PresenceLedger.Told told) {
        Binding now =
                from instanceof FullJid full ? directory.binding(full.bareJid().toString(), full.resource()) : null;
        return now != null && ledger.contains(new Sender(from, now.session()), told);
    }

    /** Who is told: the session, or the active connection of the component when it is here. */
    private @Nullable Endpoint endpoint(String audience) {
        if (!isComponent(audience)) {
            return endpoints.get(audience);
        }
        Attachment active = directory.active(audience.substring(Endpoint.COMPONENT_AUDIENCE.length()));
        return active != null && active.node().equals(self.get()) ? endpoints.get(active.connection()) : null;
    }

    boolean isRemembered(String audience, Jid from) {
        return ledger.knows(audience, from);
    }
}
