package org.trestle.xmpp.route;

import io.netty.buffer.ByteBuf;
import java.time.Instant;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Attachment;
import org.trestle.cluster.api.Binding;
import org.trestle.cluster.api.Directory;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Subscription;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.jid.DomainJid;
import org.trestle.xmpp.jid.FullJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.session.ClientSession;
import org.trestle.xmpp.session.LocalDomains;
import org.trestle.xmpp.session.Source;
import org.trestle.xmpp.session.Switchboard;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.stanza.StanzaError.Condition;

/**
 * Where a stanza goes (RFC 6120 10, RFC 6121 8), by its address and the local view of the directory. Any event loop; no
 * locks; the payload is never looked at.
 */
public final class Router implements Switchboard {
    private final Directory directory;
    private final LocalDomains domains;
    private final Predicate<String> isComponent;
    private final LocalServices services;
    private final RouteMeters meters;
    private final Bounces bounces;
    private final BusLink link;
    private final PresenceWatch watch;
    private final RemoteHolds holds;
    private final Delivery delivery;
    private final AccountRules accounts;
    private final RouteHooks hooks;
    private final CopyRules copies;
    private final Undelivered undelivered;
    private final Subscription subscription;

    /** Begins to route: frames from other nodes are taken from now on. */
    public Router(RouterParts parts) {
        directory = parts.cluster().directory();
        domains = parts.domains();
        isComponent = parts.isComponent();
        hooks = parts.hooks();
        services = parts.services();
        meters = new RouteMeters(parts.registry());
        bounces = new Bounces((reply, source) -> decide(new Transit(reply, source, 0), null), meters);
        link = new BusLink(parts.cluster().bus(), meters);
        watch = new PresenceWatch(parts, link, meters);
        holds = new RemoteHolds(parts);
        delivery = new Delivery(parts.cluster()::self, parts.endpoints(), link, watch, bounces, meters, this::decide);
        copies = new CopyRules(directory, hooks, delivery);
        accounts = new AccountRules(directory, delivery, copies, hooks, services, bounces, meters);
        watch.announceWith((endpoint, unavailable) -> {
            if (hooks.screened(unavailable, null) == null) {
                delivery.hand(endpoint, Aim.EACH, new Transit(unavailable, null, 0));
            }
        });
        undelivered = new Undelivered(directory, bounces, meters);
        subscription = directory.listen(watch);
        parts.endpoints().onRemoved(watch::removed);
        parts.cluster().bus().receive(this::received);
    }

    @Override
    public void route(Stanza stanza, @Nullable Source source) {
        RouteHooks.Refusal refusal = hooks.screened(stanza, source);
        if (refusal != null) {
            refused(stanza, source, refusal);
        } else if (stanza instanceof Message message) {
            message(message, source);
        } else {
            decide(new Transit(stanza, source, 0), null);
        }
    }

    @Override
    public void undelivered(Stanza stanza, boolean copy, Instant at, String session) {
        if (!(stanza instanceof Message message)) {
            undelivered.other(stanza);
        } else if (undelivered.isElsewhere(message, copy, session)) {
            meters.dropped(Drop.ELSEWHERE);
        } else {
            // Not its first way through here: it was marked and copied then.
            decide(new Transit(undelivered.delayed(message, at), null, 1), session);
        }
    }

    private void refused(Stanza stanza, @Nullable Source source, RouteHooks.Refusal refusal) {
        StanzaError error = refusal.error();
        if (error == null) {
            meters.dropped(Drop.SCREENED);
        } else {
            bounces.bounce(asSent(stanza, source), error);
        }
    }

    /** What goes out from an account, such as a subscription, a session of it has sent: that one is told of a failure. */
    private static Stanza asSent(Stanza stanza, @Nullable Source source) {
        return source instanceof ClientSession session ? stanza.withFrom(session.address()) : stanza;
    }

    /** What this server says itself, without a source, is neither marked nor copied. */
    private void message(Message message, @Nullable Source source) {
        Message marked = message;
        BareJid account = source == null ? null : account(message.to());
        if (account != null && domains.test(account.domain())) {
            marked = hooks.cleaned(message, account);
            if (directory.bindings(account.toString()).size() > 1) {
                marked = hooks.marked(marked, account);
            }
        }
        Transit transit = new Transit(marked, source, 0);
        decide(transit, null);
        if (source instanceof ClientSession session) {
            copies.sent(session.address(), message, transit);
        }
    }

    private static @Nullable BareJid account(@Nullable Jid to) {
        if (to instanceof FullJid full) {
            return full.bareJid();
        }
        return to instanceof BareJid bare ? bare : null;
    }

    /** {@code without}: an endpoint that has turned out to be gone although the directory may still name it. */
    private void decide(Transit transit, @Nullable String without) {
        Stanza stanza = transit.stanza();
        Jid to = stanza.to();
        if (to == null) {
            throw new IllegalArgumentException("a stanza to route has an address");
        }
        if (!domains.test(to.domain())) {
            component(to.domain(), transit, without);
        } else if (to instanceof FullJid full) {
            full(full, transit, without);
        } else if (to instanceof BareJid account) {
            account(account, transit, without);
        } else {
            domain((DomainJid) to, transit);
        }
    }

    /** RFC 6121 8.5.3. */
    private void full(FullJid to, Transit transit, @Nullable String without) {
        if (transit.stanza() instanceof Presence presence && AccountRules.isSubscription(presence.type())) {
            account(to.bareJid(), transit, without);
            return;
        }
        Binding binding = directory.binding(to.bareJid().toString(), to.resource());
        if (binding == null || binding.session().equals(without)) {
            absent(to, transit, without);
        } else if (!delivery.to(binding.node(), binding.session(), Aim.ADDRESS, transit)) {
            if (delivery.isHere(binding.node())) {
                absent(to, transit, binding.session());
            } else {
                bounces.bounce(transit.stanza(), Bounces.NODE_UNREACHABLE);
            }
        } else if (transit.stanza() instanceof Message message) {
            String receiver = binding.session();
            copies.received(
                    to.bareJid(), message, transit, other -> other.session().equals(receiver));
        }
    }

    /** RFC 6121 8.5.3.2: no resource matches. A chat goes to the account; who else writes learns that nobody is there. */
    private void absent(FullJid to, Transit transit, @Nullable String without) {
        Stanza stanza = transit.stanza();
        if (stanza instanceof Message message && message.type() == Message.Type.CHAT) {
            accounts.message(to.bareJid(), message, transit, without);
        } else if (stanza instanceof Presence) {
            meters.dropped(Drop.PRESENCE_TO_NOBODY);
        } else {
            bounces.bounce(stanza, Bounces.SERVICE_UNAVAILABLE);
        }
    }

    /** RFC 6121 8.5.2. */
    private void account(BareJid to, Transit transit, @Nullable String without) {
        Stanza stanza = transit.stanza();
        if (stanza instanceof Message message) {
            accounts.message(to, message, transit, without);
        } else if (stanza instanceof Presence presence) {
            accounts.presence(to, presence, transit);
        } else {
            meters.count(RouteOutcome.SERVED);
            services.account((Iq) stanza, to, transit.source());
        }
    }

    /** RFC 6121 8.3 and 8.4: the server itself. */
    private void domain(DomainJid to, Transit transit) {
        Stanza stanza = transit.stanza();
        if (stanza instanceof Iq iq && (to.resource() == null || !iq.isRequest())) {
            meters.count(RouteOutcome.SERVED);
            services.server(iq, transit.source());
        } else if (stanza instanceof Presence) {
            meters.dropped(Drop.PRESENCE_TO_NOBODY);
        } else {
            bounces.bounce(stanza, Bounces.SERVICE_UNAVAILABLE);
        }
    }

    /** XEP-0114: the newest connection that can be reached; an older one takes the place of one that is gone. */
    private void component(String domain, Transit transit, @Nullable String without) {
        Attachment active = directory.active(domain);
        if (active == null) {
            Stanza sent = asSent(transit.stanza(), transit.source());
            if (isComponent.test(domain)) {
                bounces.bounce(sent, Bounces.COMPONENT_AWAY);
            } else {
                bounces.bounce(sent, Condition.REMOTE_SERVER_NOT_FOUND, "this server does not reach " + domain);
            }
        } else if (active.connection().equals(without)
                || !delivery.to(active.node(), active.connection(), Aim.ADDRESS, transit)) {
            standby(domain, transit, without == null ? active.connection() : without);
        }
    }

    private void standby(String domain, Transit transit, String gone) {
        long below = Long.MAX_VALUE;
        for (Attachment attachment : directory.attachments(domain)) {
            if (attachment.connection().equals(gone)) {
                below = attachment.index();
            }
        }
        for (Attachment attachment : directory.attachments(domain)) {
            if (attachment.index() < below
                    && delivery.to(attachment.node(), attachment.connection(), Aim.ONLY, transit)) {
                return;
            }
        }
        bounces.bounce(transit.stanza(), Bounces.COMPONENT_AWAY);
    }

    private void received(NodeId node, ByteBuf bytes) {
        Frame frame;
        try {
            frame = FrameCodec.decode(bytes);
        } catch (IllegalArgumentException malformed) {
            meters.dropped(Drop.FRAME);
            return;
        }
        if (frame instanceof Frame.Carried carried) {
            carried(node, carried);
        } else if (frame instanceof Frame.Flow flow) {
            holds.flow(node, flow);
        } else if (frame instanceof Frame.Seen seen) {
            watch.seen(seen);
        }
    }

    private void carried(NodeId node, Frame.Carried carried) {
        Stanza stanza = carried.stanza();
        Source source = new RemoteSource(link, node, sourceOf(stanza), carried.session());
        Transit transit = new Transit(stanza, source, carried.hops() + 1);
        if (carried.aim() == Aim.ADDRESS) {
            decide(transit, null);
        } else {
            delivery.arrived(carried.endpoint(), carried.aim(), transit);
        }
    }

    /** A session stops as itself; the addresses of a component all come from one place. */
    private Jid sourceOf(Stanza stanza) {
        Jid from = stanza.from();
        if (from == null) {
            throw new IllegalArgumentException("a stanza on the bus has a sender");
        }
        return domains.test(from.domain()) ? from : Jid.of(from.domain());
    }

    /** Whether an audience of this node is known to have the presence of an address; for tests and the console. */
    public boolean isRemembered(String audience, Jid from) {
        return watch.isRemembered(audience, from);
    }

    /** Called about once a second. */
    public void tick() {
        watch.makeSure();
    }

    /** Hears no more of the directory. */
    public void close() {
        subscription.close();
    }
}
